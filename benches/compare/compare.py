"""Ratios of our check and repair against GEOS, mapshaper and, where it is installed, GRASS, in one run on this machine.

Usage: compare.py BINARY WORKDIR [SIZE ...]    sizes are cells, such as 10000 100000 1000000

The ground is made up (see `benches::grid`). Reading is not timed on either side; our snapping and guard are.
"""
import json, resource, shutil, struct, subprocess, sys, time
from pathlib import Path

BINARY, WORK = sys.argv[1], Path(sys.argv[2])
if len(sys.argv) > 3 and sys.argv[3] == "peer":
    # One measurement of a peer, in a process of its own so that its memory is its own.
    import numpy, shapely

    job, path = sys.argv[4:6]
    data, rings, at = Path(path).read_bytes(), [], 0
    while at < len(data):
        (n,) = struct.unpack_from("<I", data, at)
        rings.append(numpy.frombuffer(data, "<f8", 2 * n, at + 4).reshape(n, 2))
        at += 4 + 16 * n
    counts = numpy.array([len(r) for r in rings])
    coords = numpy.concatenate([numpy.vstack([r, r[:1]]) for r in rings])
    polygons = shapely.polygons(shapely.linearrings(coords, indices=numpy.repeat(numpy.arange(len(rings)), counts + 1)))[1:]
    del data, rings, coords
    if job == "geojson":
        rows = ('{"type":"Feature","properties":{"gid":%d},"geometry":%s}' % (i, shapely.to_geojson(p)) for i, p in enumerate(polygons))
        Path(path).with_suffix(".geojson").write_text('{"type":"FeatureCollection","features":[' + ",".join(rows) + "]}")
        sys.exit()
    started = time.process_time()
    answer = {"is_valid": lambda: bool(shapely.coverage_is_valid(polygons)),
              "clean": lambda: len(shapely.coverage_clean(polygons))}[job]()
    print(json.dumps({"cpu_s": time.process_time() - started, "answer": answer,
                      "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
    sys.exit()


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def ours(job, path):
    return json.loads(run(BINARY, job, path))


def geos(job, path):
    return json.loads(run(sys.executable, __file__, BINARY, WORK, "peer", job, path))


def child_cpu(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(what, cells, mine, theirs, more=""):
    print(f"| {what} | {cells:,} | {mine:.2f} | {theirs:.2f} | 1/{theirs / max(mine, 0.01):.1f} | {more} |", flush=True)


WORK.mkdir(parents=True, exist_ok=True)
print("| what | cells | ours CPU s | peer CPU s | ratio | |\n|---|---|---|---|---|---|")
for size in [int(s) for s in sys.argv[3:]] or [10_000, 100_000]:
    side = round(size ** 0.5)
    right, loose = WORK / f"right{size}.bin", WORK / f"loose{size}.bin"
    run(BINARY, "make", side, side, right)
    mine, theirs = ours("check", right), geos("is_valid", right)
    assert mine["defects"] == 0 and theirs["answer"]
    row("check; GEOS coverage_is_valid", side * side, mine["cpu_s"], theirs["cpu_s"],
        f"guard {mine['guard_cpu_s']:.2f} s, chain {mine['chain_cpu_s']:.2f} s, snapping {mine['snap_cpu_s']:.2f} s; "
        f"memory {mine['peak_mb']} and {theirs['peak_mb']} MB")
    if size > 100_000:
        continue
    run(BINARY, "make", side, side, loose, 20_000)
    mine = ours("check", loose)
    mapshaper = WORK / "node_modules/.bin/mapshaper"
    if mapshaper.exists() and size <= 10_000:
        run(sys.executable, __file__, BINARY, WORK, "peer", "geojson", loose)
        cpu = child_cpu(mapshaper, loose.with_suffix(".geojson"), "snap-interval=0", "-mosaic", "calc=n = count(), ids = collect(gid)",
                        "-o", WORK / "mosaic.json", "format=topojson")
        row("check, nothing matches; mapshaper -mosaic with its IO", side * side, mine["cpu_s"], cpu, f"{mine['defects']:,} defects")
        if shutil.which("grass"):
            cpu = child_cpu("grass", "--tmp-location", "XY", "--exec", "v.in.ogr", "-o", f"input={loose.with_suffix('.geojson')}",
                            "output=cells", "type=boundary", "snap=-1")
            row("the same; GRASS v.in.ogr with its IO", side * side, mine["cpu_s"], cpu)
    else:
        print(f"| check, nothing matches | {side * side:,} | {mine['cpu_s']:.2f} | | | {mine['defects']:,} defects, {mine['peak_mb']} MB |")
    mine, theirs = ours("repair", loose), geos("clean", loose)
    row("repair; GEOS coverage_clean", side * side, mine["cpu_s"], theirs["cpu_s"],
        f"{mine['steps']:,} steps, {mine['left']} defects left; memory {mine['peak_mb']} and {theirs['peak_mb']} MB")
