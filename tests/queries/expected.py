"""What each canned query should answer, computed from the plain tables by loops over everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations
from math import log
from typing import Any

from tests.queries.crafted import World

Row = tuple[Any, ...]
Expected = Callable[[World, Mapping[str, Any]], list[Row]]
NEVER = 9999


def _year(paper: Mapping[str, Any], unknown: int = NEVER) -> int:
    return unknown if paper["year"] is None else paper["year"]


def _in_order(rows: list[tuple[Row, Row]], top: int | None = None) -> list[Row]:
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])][:top]


def paper_concepts(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for (paper, concept), m in w.edges["MENTIONS"].items():
        if paper == a["paper"]:
            c, own = w.concepts[concept], (paper, concept) in w.edges["INTRODUCES"]
            rows.append(
                (
                    (not own, -m["count"], c["name"], concept),
                    (c["name"], c["kind"], own, m["count"], m["evidence"]),
                )
            )
    return _in_order(rows)


def similar(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for ends, s in w.edges["SHARES_CONCEPTS"].items():
        if a["paper"] in ends:
            (other,) = set(ends) - {a["paper"]}
            p = w.papers[other]
            rows.append(((-s["score"], p["title"], other), (p["title"], p["year"], s["score"], s["shared"])))
    return _in_order(rows, a["top"])


def _directed(w: World, a: Mapping[str, Any], edge: str, words: tuple[str, str], value: str) -> list[Row]:
    rows = []
    for (source, target), e in w.edges[edge].items():
        for word, here, there in ((words[0], source, target), (words[1], target, source)):
            p = w.papers[there]
            if here == a["paper"] and p["known"]:
                rows.append(((word, _year(p), p["title"], there), (word, p["title"], p["year"], e[value])))
    return _in_order(rows)


def builds_on(w: World, a: Mapping[str, Any]) -> list[Row]:
    return _directed(w, a, "BUILDS_ON", ("builds on", "is built on by"), "via")


def citations(w: World, a: Mapping[str, Any]) -> list[Row]:
    return _directed(w, a, "CITES", ("cites", "is cited by"), "source")


def coupled(w: World, a: Mapping[str, Any]) -> list[Row]:
    cites = w.edges["CITES"]
    rows = []
    for other, p in w.known.items():
        if other != a["paper"]:
            shared = sum((a["paper"], work) in cites and (other, work) in cites for work in w.papers)
            both = sum((citing, a["paper"]) in cites and (citing, other) in cites for citing in w.papers)
            if shared + both:
                rows.append(
                    ((-shared - both, -shared, p["title"], other), (p["title"], p["year"], shared, both))
                )
    return _in_order(rows, a["top"])


def missing_citations(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows, own = [], w.papers[a["paper"]]
    for other, p in w.known.items():
        pair = (a["paper"], other)
        if other == a["paper"] or pair in w.edges["CITES"] or own["year"] is None or _year(p) > own["year"]:
            continue
        via = w.edges["BUILDS_ON"].get(pair, {}).get("via")
        link = w.edges["SHARES_CONCEPTS"].get(tuple(sorted(pair)), {})
        score = link.get("score")
        if via is not None or (score is not None and score >= a["score"]):
            key = (via is None, -(score or 0.0), p["title"], other)
            rows.append((key, (p["title"], p["year"], via, score, link.get("shared"))))
    return _in_order(rows, a["top"])


def papers_mentioning(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for (paper, concept), m in w.edges["MENTIONS"].items():
        if concept == a["concept"]:
            p, own = w.papers[paper], (paper, concept) in w.edges["INTRODUCES"]
            rows.append(
                (
                    (not own, -m["count"], p["title"], paper),
                    (p["title"], p["year"], own, m["count"], m["evidence"]),
                )
            )
    return _in_order(rows, a["top"])


def introduced_by(w: World, a: Mapping[str, Any]) -> list[Row]:
    papers = w.mentioning(a["concept"])
    first = min((_year(w.papers[p]) for p in papers), default=NEVER)
    rows = []
    for paper in papers:
        p, pair = w.papers[paper], (paper, a["concept"])
        own = w.edges["INTRODUCES"].get(pair)
        if own or (p["year"] is not None and p["year"] == first):
            role = "introduces it" if own else "mentions it first"
            evidence = (own or w.edges["MENTIONS"][pair])["evidence"]
            rows.append(
                ((role, _year(p), p["title"], paper), (role, p["title"], p["year"], p["authors"], evidence))
            )
    return _in_order(rows, a["top"])


def concepts_together(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows, total, one = [], len(w.known), w.mentioning(a["concept"])
    for other, c in w.concepts.items():
        two = w.mentioning(other)
        both = len(one & two)
        if other != a["concept"] and both >= max(a["at_least"], 1) and a["kind"] in ("any", c["kind"]):
            lift = both * total / (len(one) * len(two))
            npmi = 1.0 if both == total else round(log(lift) / -log(both / total), 4)
            rows.append(
                (
                    (-npmi, -both, c["name"], other),
                    (c["name"], c["kind"], both, len(two), round(lift, 2), npmi),
                )
            )
    return _in_order(rows, a["top"])


def spellings(w: World, a: Mapping[str, Any]) -> list[Row]:
    c = w.concepts[a["concept"]]
    found: list[Row] = [(c["name"], "name", c["kind"], c["paper_count"])]
    found += [(alias, "alias", c["kind"], None) for alias in c["aliases"]]
    for relation, here, there in (("family", 0, 1), ("variant", 1, 0)):
        ids = [e[there] for e in w.edges.get("VARIANT_OF", {}) if e[here] == a["concept"]]
        ids.sort(key=lambda id: (-w.concepts[id]["paper_count"], w.concepts[id]["name"], id))  # noqa: A006
        found += [
            (w.concepts[i]["name"], relation, w.concepts[i]["kind"], w.concepts[i]["paper_count"])
            for i in ids
        ]
    return found


def reading_list(w: World, a: Mapping[str, Any]) -> list[Row]:
    papers, top = w.mentioning(a["concept"]), a["top"]
    edges = {*w.edges["CITES"], *w.edges["BUILDS_ON"]}
    rest = {p: sum((q, p) in edges for q in papers) for p in papers}
    chosen: dict[str, str] = {}
    own = [p for p in papers if (p, a["concept"]) in w.edges["INTRODUCES"]]
    for p in sorted(own, key=lambda p: (_year(w.papers[p]), w.papers[p]["title"], p))[: max(1, top // 3)]:
        chosen[p] = "introduces it"
    by_rest = sorted(
        (p for p in papers if rest[p]), key=lambda p: (-rest[p], _year(w.papers[p]), w.papers[p]["title"], p)
    )
    places = max(1, (top - len(chosen) + 1) // 2)
    for p in [p for p in by_rest if p not in chosen][:places]:
        chosen[p] = "others rest on it"
    for p in sorted(papers, key=lambda p: (-_year(w.papers[p], 0), w.papers[p]["title"], p)):
        chosen.setdefault(p, "newest")
    return [
        (role, w.papers[p]["title"], w.papers[p]["year"], rest[p]) for p, role in list(chosen.items())[:top]
    ]


def over_the_years(w: World, a: Mapping[str, Any]) -> list[Row]:
    of = Counter(p["year"] for p in w.known.values() if p["year"] is not None)
    papers = Counter(w.papers[p]["year"] for p in w.mentioning(a["concept"]))
    return [(year, papers[year], of[year], round(100 * papers[year] / of[year], 2)) for year in sorted(of)]


def _with(w: World, id: str, kinds: tuple[str, ...], top: int) -> list[tuple[str, int]]:  # noqa: A002
    counts = Counter(c for p in w.mentioning(id) for c in w.mentioned(p) if w.concepts[c]["kind"] in kinds)
    return sorted(counts.items(), key=lambda item: (-item[1], w.concepts[item[0]]["name"], item[0]))[:top]


def _introducing(w: World, concept: str) -> str | None:
    return min((w.papers[p]["title"] for p, c in w.edges["INTRODUCES"] if c == concept), default=None)


def methods_for_task(w: World, a: Mapping[str, Any]) -> list[Row]:
    return [
        (w.concepts[c]["name"], n, _introducing(w, c)) for c, n in _with(w, a["task"], ("Method",), a["top"])
    ]


def methods_on_dataset(w: World, a: Mapping[str, Any]) -> list[Row]:
    return [
        (w.concepts[c]["name"], n, _introducing(w, c))
        for c, n in _with(w, a["dataset"], ("Method",), a["top"])
    ]


def benchmarks_of_task(w: World, a: Mapping[str, Any]) -> list[Row]:
    kinds = ("Dataset", "Metric") if a["kind"] == "any" else (a["kind"],)
    return [
        (w.concepts[c]["name"], w.concepts[c]["kind"], n) for c, n in _with(w, a["task"], kinds, a["top"])
    ]


def papers_on_hardware(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for paper in w.mentioning(a["hardware"]):
        p, m = w.papers[paper], w.edges["MENTIONS"][paper, a["hardware"]]
        own = sorted(w.concepts[c]["name"] for q, c in w.edges["INTRODUCES"] if q == paper)
        rows.append(((-m["count"], p["title"], paper), (p["title"], p["year"], own, m["evidence"])))
    return _in_order(rows, a["top"])


def hardware_of_method(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for c, n in _with(w, a["method"], ("Hardware",), a["top"]):
        papers = w.mentioning(c) & w.mentioning(a["method"])
        rows.append((w.concepts[c]["name"], n, min(w.papers[p]["title"] for p in papers)))
    return rows


def most_used(w: World, a: Mapping[str, Any]) -> list[Row]:
    found: list[Row] = []
    for kind in sorted({c["kind"] for c in w.concepts.values()}):
        if a["kind"] in ("any", kind):
            of_kind = [(c["paper_count"], c["name"], id) for id, c in w.concepts.items() if c["kind"] == kind]  # noqa: A001
            best = sorted(of_kind, key=lambda item: (-item[0], *item[1:]))[: a["top"]]
            found += [(kind, name, papers, _introducing(w, id)) for papers, name, id in best]  # noqa: A001
    return found


def rising(w: World, a: Mapping[str, Any]) -> list[Row]:
    last = max(p["year"] for p in w.known.values() if p["year"] is not None)
    recent = {id for id, p in w.known.items() if _year(p, 0) > last - a["years"]}  # noqa: A001
    before = {id for id, p in w.known.items() if _year(p, 0) > last - 2 * a["years"]} - recent  # noqa: A001
    rows = []
    for concept, c in w.concepts.items():
        r, b = len(w.mentioning(concept) & recent), len(w.mentioning(concept) & before)
        expected = b * len(recent) / len(before) if before else 0.0
        if r >= max(a["at_least"], 1) and a["kind"] in ("any", c["kind"]) and expected + a["smoothing"] > 0:
            growth = round((r + a["smoothing"]) / (expected + a["smoothing"]), 2)
            row = (c["name"], c["kind"], r, b, round(100 * r / len(recent), 2), growth)
            rows.append(((-growth, -r, c["name"], concept), row))
    return _in_order(rows, a["top"])


def hubs(w: World, a: Mapping[str, Any]) -> list[Row]:
    near: dict[str, set[str]] = {paper: set() for paper in w.known}
    for name in ("SHARES_CONCEPTS", "CITES", "BUILDS_ON"):
        for one, other in w.edges[name]:
            if one in near and other in near:
                near[one].add(other)
                near[other].add(one)
    measured = []
    for paper, others in near.items():
        n = len(others)
        among = sum(two in near[one] for one, two in combinations(sorted(others), 2))
        size = round(n - 2 * among / n, 2) if n else 0.0
        measured.append((paper, n, size, round(size / n, 2) if n else 0.0))
    found: list[Row] = []
    for role, score in (("hub", lambda m: m[1]), ("bridge", lambda m: m[2] * m[3])):
        linked = [m for m in measured if score(m) > 0]
        linked.sort(key=lambda m: (-score(m), w.papers[m[0]]["title"], m[0]))
        found += [
            (role, w.papers[p]["title"], w.papers[p]["year"], n, s, e) for p, n, s, e in linked[: a["top"]]
        ]
    return found


def _pairs(w: World, a: Mapping[str, Any]) -> list[tuple[str, str]]:
    wanted = []
    for one, other in combinations(sorted(w.concepts), 2):
        kinds = (w.concepts[one]["kind"], w.concepts[other]["kind"])
        fits = any(
            a["kind"] in ("any", one_kind) and a["other_kind"] in ("any", other_kind)
            for one_kind, other_kind in (kinds, kinds[::-1])
        )
        if fits and min(len(w.mentioning(one)), len(w.mentioning(other))) >= a["at_least"]:
            wanted.append((one, other))
    return wanted


def gaps(w: World, a: Mapping[str, Any]) -> list[Row]:
    of = {c: w.mentioning(c) for c in w.concepts}
    rows = []
    for one, other in _pairs(w, a):
        if not of[one] & of[other]:
            near = [
                c
                for c in w.concepts
                if min(len(of[c] & of[one]), len(of[c] & of[other])) >= 2 and c not in (one, other)
            ]
            near.sort(key=lambda c: (-min(len(of[c] & of[one]), len(of[c] & of[other])), c))
            expected = round(len(of[one]) * len(of[other]) / len(w.known), 2)
            names = [w.concepts[c]["name"] for c in (one, other)]
            if near:
                row = (*names, len(near), expected, [w.concepts[c]["name"] for c in near[:3]])
                rows.append(((-len(near), -expected, *names, one, other), row))
    return _in_order(rows, a["top"])


def rare_pairs(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for one, other in _pairs(w, a):
        both = w.mentioning(one) & w.mentioning(other)
        expected = round(len(w.mentioning(one)) * len(w.mentioning(other)) / len(w.known), 2)
        if 0 < len(both) <= a["at_most"] and expected > len(both):
            names = [w.concepts[c]["name"] for c in (one, other)]
            rows.append(
                ((-expected, *names, one, other), (*names, len(both), expected, w.papers[min(both)]["title"]))
            )
    return _in_order(rows, a["top"])


def papers_with(w: World, a: Mapping[str, Any]) -> list[Row]:
    rows = []
    for paper, p in w.known.items():
        has = w.mentioned(paper)
        of_any = has & set(a["any_of"])
        if has >= set(a["all_of"]) and (of_any or not a["any_of"]) and not has & set(a["none_of"]):
            names = sorted(w.concepts[c]["name"] for c in has & {*a["all_of"], *a["any_of"]})
            rows.append(((-len(of_any), -_year(p, 0), p["title"], paper), (p["title"], p["year"], names)))
    return _in_order(rows, a["top"])


def shortest_chain(w: World, a: Mapping[str, Any]) -> list[Row]:
    between_papers = a["start"] in w.papers and a["goal"] in w.papers
    edges: dict[frozenset[str], str] = {}
    for name in ("SHARES_CONCEPTS", "CITES") if between_papers else ("MENTIONS",):
        edges.update(
            {
                frozenset(ends): name
                for ends in w.edges[name]
                if all(e in w.concepts or e in w.known for e in ends)
            }
        )
    paths = [[a["start"]]]
    seen = {a["start"]}
    while paths and not any(path[-1] == a["goal"] for path in paths):
        paths = [
            [*path, n]
            for path in paths
            for n in (w.papers | w.concepts)
            if n not in seen and frozenset((path[-1], n)) in edges
        ]
        seen |= {path[-1] for path in paths}
    if not paths:
        return []
    best = min(path for path in paths if path[-1] == a["goal"])
    found: list[Row] = []
    words = {"CITES": "cited or citing", "SHARES_CONCEPTS": "shares", "MENTIONS": "mentioned or mentioning"}
    for step, node in enumerate(best):
        n = w.papers.get(node) or w.concepts[node]
        link = edges[frozenset(best[step - 1 : step + 1])] if step else ""
        shared = (
            w.edges["SHARES_CONCEPTS"][tuple(sorted(best[step - 1 : step + 1]))]["shared"]
            if link == "SHARES_CONCEPTS"
            else None
        )
        found.append(
            (
                step,
                n.get("title", n.get("name")),
                n.get("kind", "Paper"),
                n.get("year"),
                words.get(link, ""),
                shared,
            )
        )
    return found


def compare(w: World, a: Mapping[str, Any]) -> list[Row]:
    one, two = w.mentioned(a["paper"]), w.mentioned(a["other"])
    rows = []
    for concept in one | two:
        c = w.concepts[concept]
        found = (
            "in both"
            if concept in one & two
            else "only in the first"
            if concept in one
            else "only in the second"
        )
        rows.append(
            ((found, c["paper_count"], c["name"], concept), (found, c["name"], c["kind"], c["paper_count"]))
        )
    return _in_order(rows)


def marks(w: World, a: Mapping[str, Any]) -> list[Row]:
    groups: dict[tuple[str, str], set[str]] = {}
    if a["by"] == "venue":
        for paper, p in w.known.items():
            if p["venue"]:
                groups.setdefault((p["venue"], p["venue"]), set()).add(paper)
    else:
        for author, paper in w.edges["WROTE"]:
            groups.setdefault((w.authors[author]["name"], author), set()).add(paper)
    groups = {g: papers for g, papers in groups.items() if a["named"].lower() in g[0].lower()}
    found: list[Row] = []
    for owner in sorted(groups, key=lambda g: (-len(groups[g]), *g))[: a["groups"]]:
        rows = []
        for concept, c in w.concepts.items():
            papers = len(groups[owner] & w.mentioning(concept))
            if papers >= max(a["at_least"], 1):
                lift = round(papers * len(w.known) / (len(groups[owner]) * c["paper_count"]), 2)
                beyond = round(papers * (1 - 1 / lift), 4)
                rows.append(
                    (
                        (-beyond, c["name"], concept),
                        (owner[0], c["name"], c["kind"], papers, len(groups[owner]), lift),
                    )
                )
        found += _in_order(rows, a["top"])
    return found


EXPECTED: Mapping[str, Expected] = {
    name.replace("_", "-"): function
    for name, function in list(globals().items())
    if callable(function) and getattr(function, "__module__", "") == __name__ and not name.startswith("_")
}
