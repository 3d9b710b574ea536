"""Our solver against METIS on published graphs, in one run on this machine, checked by neither of them.

Usage: solver.py BINARY WORKDIR DATA [ROW ...]    DATA is the folder of the published graphs; rows by the start of their names

METIS is pymetis k-way with `contig`, one run each with ufactor 1 % and unit edges, and 3 % and border-length edges: the one with more
cells within 5 %. `*` is without cells that hold a giant (a unit heavier than what is left for each other cell). CPU is that of
one thread, loading not counted. Deviation, contiguity, cover and Polsby-Popper of both are computed here from the tables.
"""
import csv, gzip, io, json, math, os, subprocess, sys, time
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

BINARY, WORK, DATA = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
WEST = ["10002", "10004", "10005", "10007", "10008", "10009", "10010", "10018", "10020", "64000", "66000", "67000", "68000"]


# ---- graphs: tables with true perimeters, prepared once ----

def opened(path):
    return gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8")


def ring_measures(ring):
    """Great-circle length in metres and area in square metres."""
    lon, lat = np.radians(np.asarray(ring, float)).T
    a = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    x, y = lon * math.cos(lat.mean()), lat
    area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    return 2 * 6371008.8 * np.arcsin(np.sqrt(a)).sum(), area * 6371008.8**2


def shapes(files, key):
    """id -> (perimeter, area, properties, a point)"""
    found = {}
    for file in files:
        for feature in json.load(opened(file))["features"]:
            geometry = feature["geometry"]
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            rings = [[ring_measures(r) for r in p] for p in polygons]
            perimeter = sum(m[0] for p in rings for m in p)
            area = sum(p[0][1] - sum(m[1] for m in p[1:]) for p in rings)
            largest = max(range(len(polygons)), key=lambda i: rings[i][0][1])
            found[feature["properties"][key]] = (perimeter, area, feature["properties"], np.mean(polygons[largest][0][:-1], axis=0))
    return found


def write(name, nodes, edges):
    WORK.mkdir(parents=True, exist_ok=True)
    for kind, head, rows in [("nodes", ["id", "lon", "lat", "area_m2", "perimeter_m", "households", "population", "official"], nodes),
                             ("edges", ["i", "j", "shared_m"], edges)]:
        with open(WORK / f"{name}.{kind}.csv", "w", newline="") as out:
            csv.writer(out).writerows([head, *rows])


def areas_of_taiwan(folder, files, keep):
    shape = shapes([DATA / folder / f for f in files], "id")
    number, nodes = {}, []
    for i, r in enumerate(csv.DictReader(opened(DATA / folder / "nodes.csv.gz"))):
        if keep is None or r["county_id"] == keep:
            number[i] = len(nodes)
            nodes.append([r["id"], r["lon"], r["lat"], r["area_m2"], round(shape[r["id"]][0], 3), r["households"], r["population"], r["code2"]])
    edges = [(number[i], number[j], s) for i, j, s in
             ((int(r[0]), int(r[1]), r[2]) for r in list(csv.reader(opened(DATA / folder / "edges.csv.gz")))[1:]) if i in number and j in number]
    return nodes, edges


def villages():
    shape = shapes([DATA / "admin-tw-3level/villages.geojson.gz"], "code")
    codes = sorted(shape)
    at = {c: i for i, c in enumerate(codes)}
    edges = [(at[r["code_a"]], at[r["code_b"]], r["shared_m"]) for r in csv.DictReader(opened(DATA / "admin-tw-3level/adjacency_villages.csv.gz"))]
    i, j = np.array([e[:2] for e in edges]).T
    _, piece = connected_components(coo_matrix((np.ones(len(i)), (i, j)), shape=(len(codes),) * 2), directed=False)
    kept = np.flatnonzero(piece == np.bincount(piece).argmax())
    new = {old: n for n, old in enumerate(kept)}
    nodes = []
    for old in kept:
        perimeter, area, p, (lon, lat) = shape[codes[old]]
        nodes.append([codes[old], f"{lon:.7f}", f"{lat:.7f}", round(area, 1), round(perimeter, 3), p["households"] or 0, p["population"] or 0, p["town_code"]])
    return nodes, [(new[a], new[b], s) for a, b, s in edges if a in new and b in new]


def voronoi(units, seed):
    """SYNTHETIC: a Voronoi diagram of a jittered grid of points 100 m apart; households lognormal, mean about 55, one in ten 0."""
    from scipy.spatial import Voronoi

    side = round(units**0.5)
    rng = np.random.default_rng(seed)
    gx, gy = np.meshgrid(np.arange(-2, side + 2), np.arange(-2, side + 2))
    points = np.column_stack([gx.ravel(), gy.ravel()]) + rng.uniform(-0.45, 0.45, (gx.size, 2))
    inner = ((gx >= 0) & (gx < side) & (gy >= 0) & (gy < side)).ravel()
    number = np.where(inner, np.cumsum(inner) - 1, -1)
    diagram = Voronoi(points * 100)
    ends = np.array([v if -1 not in v else (0, 0) for v in diagram.ridge_vertices])
    a, b = diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]]
    length, cross = np.hypot(*(a - b).T), abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    i, j = number[diagram.ridge_points[:, 0]], number[diagram.ridge_points[:, 1]]
    perimeter, area = np.zeros(side * side), np.zeros(side * side)
    for u, p in ((i, points[diagram.ridge_points[:, 0]]), (j, points[diagram.ridge_points[:, 1]])):
        mine = u >= 0
        d = a - p * 100, b - p * 100
        np.add.at(perimeter, u[mine], length[mine])
        np.add.at(area, u[mine], (abs(d[0][:, 0] * d[1][:, 1] - d[0][:, 1] * d[1][:, 0]) / 2)[mine])
    load = np.where(rng.random(side * side) < 0.1, 0, np.rint(rng.lognormal(math.log(61) - 0.3, 0.77, side * side))).astype(int)
    place = points[inner] * 100
    rows = zip(range(side * side), place[:, 0] / 101000 + 120, place[:, 1] / 111000 + 24, area, perimeter, load, load, [0] * side * side)
    nodes = [(n, f"{x:.7f}", f"{y:.7f}", f"{s:.2f}", f"{p:.3f}", w, w, o) for n, x, y, s, p, w, _, o in rows]
    both = (i >= 0) & (j >= 0) & (length > 0.01)
    return nodes, [(x, y, f"{s:.3f}") for x, y, s in zip(i[both], j[both], length[both])]


GRAPHS = {
    "taichung": lambda: areas_of_taiwan("bench-tw-west-105k", ["units_66000.geojson.gz"], "66000"),
    "taipei": lambda: areas_of_taiwan("bench-taipei-11k", ["units.geojson.gz"], None),
    "west": lambda: areas_of_taiwan("bench-tw-west-105k", [f"units_{c}.geojson.gz" for c in WEST], None),
    "villages": villages,
    "synthetic-1M": lambda: voronoi(1_000_000, 1),
}


class Graph:
    def __init__(self, name):
        self.name, self.packed = name, WORK / f"{name}.packed"
        nodes, edges = WORK / f"{name}.nodes.csv", WORK / f"{name}.edges.csv"
        if not edges.exists():
            write(name, *GRAPHS[name]())
        if not self.packed.exists():
            run(BINARY, "pack", nodes, edges, "households,population", self.packed)
        table = np.loadtxt(nodes, delimiter=",", skiprows=1, usecols=(3, 4, 5, 6))
        self.area, perimeter, self.households, self.population = table[:, 0], table[:, 1], table[:, 2].astype(np.int64), table[:, 3].astype(np.int64)
        e = np.loadtxt(edges, delimiter=",", skiprows=1)
        self.i, self.j, self.shared = e[:, 0].astype(np.int64), e[:, 1].astype(np.int64), e[:, 2]
        self.n = len(self.area)
        borders = np.bincount(self.i, self.shared, self.n) + np.bincount(self.j, self.shared, self.n)
        self.perimeter = np.maximum(perimeter, borders)

    def official(self):
        names = [r["official"] for r in csv.DictReader(open(WORK / f"{self.name}.nodes.csv"))]
        return np.unique(names, return_inverse=True)[1]

    def rows(self):
        m = coo_matrix((np.tile(self.shared, 2), (np.r_[self.i, self.j], np.r_[self.j, self.i])), shape=(self.n,) * 2).tocsr()
        return m.indptr.astype(np.int32), m.indices.astype(np.int32), np.maximum(np.rint(m.data), 1).astype(np.int32)


def fair_share(loads, k):
    """Giants out, heaviest first: what is left for each other cell, and the giants."""
    rest, giants = int(loads.sum()), []
    for u in np.argsort(-loads, kind="stable"):
        if k - len(giants) < 2 or loads[u] * (k - len(giants)) <= rest:
            break
        giants.append(u)
        rest -= int(loads[u])
    return rest / (k - len(giants)), giants


def check(graph, labels, k, loads):
    """The figures of a plan from the tables alone."""
    assert len(labels) == graph.n and labels.min() >= 0 and labels.max() < k, "every unit in exactly one of the cells"
    same = labels[graph.i] == labels[graph.j]
    inner = coo_matrix((np.ones(same.sum()), (graph.i[same], graph.j[same])), shape=(graph.n,) * 2)
    pieces, piece = connected_components(inner, directed=False)
    cell_of_piece = np.zeros(pieces, int)
    cell_of_piece[piece] = labels
    per_cell = np.bincount(cell_of_piece, minlength=k)
    load = np.bincount(labels, loads, k)
    fair, giants = fair_share(loads, k)
    free = np.ones(k, bool)
    free[labels[giants]] = False
    off = abs(load - fair)[free] / fair
    outline = np.bincount(labels, graph.perimeter, k) - 2 * np.bincount(labels[graph.i[same]], graph.shared[same], k)
    area = np.bincount(labels, graph.area, k)
    full = per_cell > 0
    within = lambda t: 100 * np.mean(off <= t + 1e-12)
    return {"torn": int((per_cell > 1).sum()), "empty": int((per_cell == 0).sum()), "max": 100 * off.max(), "in5": within(0.05),
            "in10": within(0.10), "in25": within(0.25), "out5": int((off > 0.05 + 1e-12).sum()), "giants": len(giants),
            "pp": float(np.mean(4 * math.pi * area[full] / outline[full] ** 2)), "loads": load}


def run(*command):
    env = dict(os.environ, RAYON_NUM_THREADS="1")
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, env=env).stdout


# ---- the two sides ----

def metis(graph, k, loads, ufactor, by_length, seed=None):
    import pymetis

    xadj, adjncy, length = graph.rows()
    options = pymetis.Options(ufactor=ufactor, **({} if seed is None else {"seed": seed}))
    weights = loads.astype(np.int32)
    started = time.process_time()
    try:
        _, part = pymetis.part_graph(k, xadj=xadj, adjncy=adjncy, vweights=weights, eweights=length if by_length else None, contiguous=True, options=options)
    except RuntimeError as failed:
        return {"cpu": time.process_time() - started, "failed": str(failed)}
    cpu = time.process_time() - started
    return {"cpu": cpu, **check(graph, np.asarray(part), k, loads)}


def usual_metis(graph, k, loads):
    runs = [metis(graph, k, loads, 10, False), metis(graph, k, loads, 30, True)]
    return max((r for r in runs if "pp" in r), key=lambda r: r["in5"])


def ours(graph, goal, tolerance, *named, loads=None, packed=None):
    out = WORK / "labels.bin"
    told = json.loads(run(BINARY, "solve", packed or graph.packed, goal, tolerance, out, *named))
    labels = np.fromfile(out, "<u4").astype(np.int64)
    k = int(labels.max()) + 1
    found = check(graph, labels, k, graph.households if loads is None else loads)
    return {"cpu": told["cpu_s"], "mb": told["peak_mb"], "k": k, "labels": labels, "told": told, **found}


HEAD = "| who | cells | tolerance | CPU s | x METIS | max dev* | in 5 %* | in 10 %* | in 25 %* | PP | torn, empty | MB |\n|---|---|---|---|---|---|---|---|---|---|---|---|"


def line(who, k, tolerance, r, peer):
    print(f"| {who} | {k} | {tolerance} | {r['cpu']:.2f} | {r['cpu'] / peer['cpu']:.2f} | {r['max']:.2f} % | {r['in5']:.2f} % ({r['out5']} out) | {r['in10']:.2f} % "
          f"| {r['in25']:.2f} % | {r['pp']:.3f} | {r['torn']}, {r['empty']} | {r.get('mb', '')} |", flush=True)


def table(name, goals):
    graph = Graph(name)
    print(f"\n{name}, {graph.n:,} units\n\n{HEAD}", flush=True)
    for k, tolerances in goals:
        peer = usual_metis(graph, k, graph.households)
        line("METIS", k, "", peer, peer)
        for tolerance in tolerances:
            goal = k if isinstance(tolerance, float) else tolerance
            r = ours(graph, goal, tolerance if isinstance(tolerance, float) else "-")
            line("ours", r["k"], f"{100 * tolerance:g} %" if isinstance(tolerance, float) else tolerance, r, peer)
            if ".." in str(tolerance):
                lo, hi = (int(v) for v in tolerance.split(".."))
                inside = ((r["loads"] >= lo) & (r["loads"] <= hi)).sum()
                print(f"\n{inside} of {r['k']} cells inside, {(graph.households > hi).sum()} units above, {r['told']['certificates']} certificates\n")
    return graph


def best_of_20(name, k, tolerance):
    graph = Graph(name)
    runs = [metis(graph, k, graph.households, u, True, seed) for u in (10, 30) for seed in range(10)]
    good = [r for r in runs if "pp" in r and r["empty"] == 0 and r["torn"] == 0 and r["max"] <= 100 * tolerance + 0.05]
    total = sum(r["cpu"] for r in runs)
    best = max(good or [r for r in runs if "pp" in r], key=lambda r: r["pp"])
    r = ours(graph, k, tolerance)
    held = "" if good else f" (none within {100 * tolerance:g} %)"
    print(f"| {name} {k} | {100 * tolerance:g} % | {best['pp']:.3f}{held} | {total:.2f} | {r['pp']:.3f} | {r['cpu']:.2f} | {r['pp'] / best['pp']:.3f} | {r['max']:.2f} % |", flush=True)


def official():
    graph = table("taipei", [(907, [0.05, 0.10])])
    r = check(graph, graph.official(), 907, graph.households)
    print(f"\nOfficial plan: {r['in5']:.1f} % within 5 %, {r['in10']:.1f} % within 10 %, {r['in25']:.1f} % within 25 %, PP {r['pp']:.3f}")


def replan():
    """A year later: lognormal noise of 10 %, one unit in a hundred x 1.5 + 60."""
    graph = Graph("taichung")
    rng = np.random.default_rng(1)
    later = np.rint(graph.households * rng.lognormal(0, 0.1, graph.n)).astype(np.int64)
    later = np.where(rng.random(graph.n) < 0.01, np.rint(later * 1.5 + 60).astype(np.int64), later)
    packed = WORK / "taichung-later.packed"
    bytes_ = bytearray(graph.packed.read_bytes())
    bytes_[-16 * graph.n : -8 * graph.n] = later.astype("<i8").tobytes()
    packed.write_bytes(bytes_)
    print("\n| cells | who | households moved | out of 5 % before, after | PP before, after | CPU s |\n|---|---|---|---|---|---|")
    for k in (344, 1722):
        before = ours(graph, k, 0.05)
        (WORK / "before.bin").write_bytes(before["labels"].astype("<u4").tobytes())
        stale = check(graph, before["labels"], k, later)
        r = ours(graph, k, 0.05, f"current={WORK / 'before.bin'}", loads=later, packed=packed)
        moved = later[r["labels"] != before["labels"]].sum() if r["told"]["moved"] is None else r["told"]["moved"]
        print(f"| {k} | ours | {100 * moved / later.sum():.2f} % | {stale['out5']}, {r['out5']} | {stale['pp']:.3f}, {r['pp']:.3f} | {r['cpu']:.2f} |", flush=True)


def two():
    """Households within 10 %, population within 15 %."""
    print("\n| graph | cells | households outside 10 % | population outside 15 % | CPU s |\n|---|---|---|---|---|")
    for name, k in (("villages", 150), ("taipei", 230), ("taipei", 1149)):
        graph = Graph(name)
        r = ours(graph, k, 0.10, "further=0.15")
        people = np.bincount(r["labels"], graph.population, k)
        off = abs(people - people.mean()) > 0.15 * people.mean()
        homes = abs(r["loads"] - r["loads"].mean()) > 0.10 * r["loads"].mean()
        print(f"| {name} | {k} | {homes.sum()} | {off.sum()} | {r['cpu']:.2f} |", flush=True)


def shape():
    print("\n| graph, cells | tolerance | METIS best of 20, PP | its CPU s | ours, PP | CPU s | ratio of PP | max dev |\n|---|---|---|---|---|---|---|---|")
    best_of_20("taichung", 344, 0.03)
    best_of_20("taichung", 57, 0.03)
    best_of_20("villages", 150, 0.03)


def regions():
    """200 seeded regions of 16 to 40 units of the published graphs, 8 units a cell: the most equal plan, proved."""
    found = [json.loads(l) for name in ("taichung", "taipei", "west", "villages") for l in run(BINARY, "regions", Graph(name).packed, 50, 1).splitlines()]
    done = [f for f in found if f["optimal"] and f["cpu_s"] <= 1]
    rest = [f for f in found if not f["optimal"]]
    print(f"\n{len(done)} of {len(found)} regions proved optimal within 1 s CPU each (median {np.median([f['cpu_s'] for f in found]):.3f} s, longest "
          f"{max(f['cpu_s'] for f in found):.2f} s); {len(rest)} not proved, of them {sum(f['at_least'] > 0 for f in rest)} with a lower bound above 0", flush=True)


def near():
    """One unit moved and locked so that a cell leaves 5 %, at 105,421 units and 50 a cell."""
    graph = Graph("west")
    plan = ours(graph, 2108, 0.05)
    (WORK / "near.bin").write_bytes(plan["labels"].astype("<u4").tobytes())
    fair = graph.households.sum() / 2108
    found = [json.loads(l) for l in run(BINARY, "near", graph.packed, WORK / "near.bin", 200, 1, f"{math.ceil(0.95 * fair)}..{math.floor(1.05 * fair)}").splitlines()]
    cpu = np.array([f["s"] for f in found]) * 1000
    print(f"\n{len(found)} edits that push a cell out of 5 %: repaired plan after {np.median(cpu):.1f} ms (median), {np.percentile(cpu, 95):.1f} ms (95 %), {cpu.max():.1f} ms "
          f"(longest); all back within 5 % in {sum(f['outside'] == 0 for f in found)}; {np.mean([f['moves'] for f in found]):.1f} units moved on average", flush=True)


ROWS = {
    "taichung": lambda: table("taichung", [(1722, [0.05]), (2378, [0.05, "300..500"]), (344, [0.05, 0.03, 0.01]), (57, [0.03, 0.01, 0.001])]),
    "villages": lambda: table("villages", [(752, [0.05]), (150, [0.03, 0.01]), (25, [0.01, 0.001])]),
    "taipei": official,
    "west": lambda: table("west", [(2108, [0.05, 0.01])]),
    "synthetic": lambda: table("synthetic-1M", [(20_000, [0.05])]),
    "shape": shape,
    "replan": replan,
    "two": two,
    "regions": regions,
    "near": near,
}

if __name__ == "__main__":
    wanted = sys.argv[4:]
    for name, job in ROWS.items():
        if not wanted or any(name.startswith(w) for w in wanted):
            print(f"\n### {name}", flush=True)
            job()
