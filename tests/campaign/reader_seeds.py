"""What the fuzzing of the readers begins with: example files, and inputs that were read badly once."""

from __future__ import annotations

import json

from tests.readers.test_bad_input import RECORDS, text_of
from tests.readers.test_formats import DATA, FORMAT_OF

FOUND = {
    "bibtex": [
        b'@string{a="xx"} @string{b=a#a} @string{c=b#b} @string{d=c#c}\n@misc{k, title=d#d}\n',
        b"@misc{k,title={T},crossref={p}}\n@proceedings{p,title={P},year=2020}\n",
        b"@misc{k,title=" + b"a # " * 50 + b"a}\n",
        b"@misc{k, title={T $x$ {\\'e}}, author={Poe, Ada and others}, url={\\url{https://x.org/a_b}}}\n",
        b"@a{\n@b{\n@misc{k, title={T}}\n",
    ],
    "jsonl": [
        b'{"title": "T", "year": NaN, "authors": [{"name": "A", "id": "s2:1"}], "url": "javascript:a"}\n',
        b'{"title": "\\u202eT\\u0000\\ud83d\\ude00", "abstract": "\\u009b3m", "ids": ["\\u001b"]}\n',
        b'[\n{"title": "T", "year": 99999999999999999999},\n{"title": "\\ud800"},\n{"title": "G"}]',
    ],
    "csl-json": [b'[{"type": {"a": []}, "title": "T", "issued": {"date-parts": [[1e400]]}}]'],
    "crossref": [b'{"message": {"message": {"items": [{"DOI": "10.1/a", "title": ["T"]}]}}}'],
    "openalex": [
        b'{"id": "https://openalex.org/W1", "title": "T", "abstract_inverted_index": {"a": [0, -1, 99]}}\n'
    ],
    "arxiv-snapshot": [
        b'{"id": "2106.09685", "submitter": "A", "title": "$\\\\emph{T}$ <b>x</b>", "categories": "cs",'
        b' "abstract": "\\\\cite[a] <script>x</script> <!-- c --> \\\\begin{a} $x$", "update_date": "2020"}\n'
    ],
    "arxiv-xml": [
        b'<feed xmlns="http://www.w3.org/2005/Atom"><foo:entry><title>T</title></foo:entry></feed>',
        b"<OAI-PMH><record><metadata><a:dc><title>T</title><authors>A, B   and C (D)</authors></a:dc>"
        b"</metadata></record></OAI-PMH>",
        b'<!DOCTYPE feed [<!ENTITY a "x"><!ENTITY b "&a;">]><feed><entry><title>&b;</title></entry></feed>',
        b'<!DOCTYPE feed SYSTEM "x.dtd"><feed><entry><title>a&b;c</title></entry></feed>',
    ],
    "pubmed": [
        b"<PubmedArticle><MedlineCitation><Article><ArticleTitle>[ T ].</ArticleTitle></Article>"
        b"</MedlineCitation></PubmedArticle>"
    ],
    "acl-anthology": [
        b'<collection id="W19"><volume id="1"><meta><year>2019</year></meta><paper id="99999"><title>T'
        b"<tex-math>x</tex-math></title></paper></volume></collection>"
    ],
    "ris": [b"TY  - JOUR\nTI  - T\n go\n on\nAU  - Poe, A\nPY  - 2020/13/45/\nUR  - data:x\nER  - \n"],
    "web-of-science": [
        b"PT J\nAF Poe, A\n   Li, B\nTI T\nCR Poe A, 2001, DOI 10.1/x\nPD JUN 31\nPY 2020\nER\n"
    ],
    "table": [
        b'title,authors,year\n"T\n\n","A (1) ; B",99999999999999999999\n"U,"V",1\n',
        b'Title;Abstract\n"a"b;c\n\'; \xc2\xa0;\n',
    ],
    "daily-papers": [
        "Daily Papers\nSubscribe\nOn Looms\nWe.\n • 9999999999999999999 authors · Jun 10, 2025\n".encode()
    ],
    "corrections": [
        b"same:\n  - [LoRA, low-rank adaptation]\napart: [[a, b]]\nkind: {Atari: Dataset}\nvariant: {a: b}\n",
        b"drop: [2017, 2017-06-12, yes, ~, 1.5]\n",
        b"drop: [&a x, *a]\nsame: [[[[[[[[[[a]]]]]]]]]]\nkind:\n  ? [a]\n  : Task\n",
    ],
    "query": [
        b'// name = "all"\n// question = "All?"\n// columns = ["n"]\n'
        b'// parameters.top = { type = "int", default = 10, about = "top" }\nMATCH (n) RETURN n LIMIT $top\n'
    ],
    "gold": [
        json.dumps(
            {
                "id": 1,
                "title": "BERT",
                "abstract": "",
                "mentions": [["BERT", "Method"]],
                "introduces": ["BERT"],
            }
        ).encode()
    ],
    "pairs": [
        json.dumps(
            {
                "id": 1,
                **{k: {"name": k, "kind": "Task", "paper": 1, "title": k, "abstract": k} for k in ("a", "b")},
                "label": "same",
            }
        ).encode()
    ],
}

SEEDS: dict[str, list[bytes]] = {name: list(found) for name, found in FOUND.items()}
for _file, _name in FORMAT_OF.items():
    SEEDS.setdefault(_name, []).append((DATA / _file).read_bytes()[:20_000])
for _name in RECORDS:
    SEEDS[_name].append(text_of(_name, ("One", "We look."), ("Two", "At <i>looms</i>.")).encode())
SEEDS["daily-papers"].append(
    "new\nGet trending papers in your email inbox!\nSubscribe\nDaily Papers\n"
    "byAK and the research community\nJun 22\n\n"
    "Weaving Words: On the Structure of Looms\n\nWe look at looms. They weave.\n\n  • 5 authors\n·\n"
    "Jun 10, 2025 2\n\nOn Yarn\nWe spin yarn, and then\nwe weave it.\n • 1 author · May 3, 2024\n".encode()
)

TOKENS: dict[str, list[bytes]] = {
    "any": [
        *(b"\0", b"\n", b"\r", b"\r\n", b"\t", b" ", b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xc2\x9b", b"\xff"),
        *(
            "\u202e\u2066\u200b\u200d\ufeff\u2028\xa0\xad\ufffe\U0001f600".encode(),
            b"\xed\xa0\x80",
            b"\xf4\x90",
        ),
        *(
            b"<",
            b">",
            b"&",
            b"&amp;",
            b"&#x202e;",
            b"&lt;b&gt;",
            b"<b>",
            b"</b>",
            b"<!--",
            b"-->",
            b"<script>",
        ),
        *(
            b"$",
            b"{",
            b"}",
            b"\\",
            b"\\cite[",
            b"\\emph{",
            b"\\begin{a}",
            b"\\end{a}",
            b"%",
            b"~",
            b"_",
            b"\\'",
        ),
        *(b'"', b"'", b"[", b"]", b"(", b")", b",", b";", b":", b"|", b"#", b"@", b"=", b"-", b".", b"*"),
        *(b"0", b"-1", b"1e999", b"99999999999999999999", b"2020", b"Jun 10, 2025", b"javascript:alert(1)"),
        *(b"https://doi.org/10.1/a", b"arXiv:2106.09685", b" and ", b"null", b"true", b"a"),
    ],
    "xml": [
        *(
            b"<x:y>",
            b"</x:y>",
            b"<a b='c'>",
            b"<![CDATA[",
            b"]]>",
            b"<?x ?>",
            b"<!DOCTYPE x [",
            b"<!ENTITY a 'b'>",
        ),
        *(
            b"<entry>",
            b"<record>",
            b"<title>",
            b"</title>",
            b"<paper>",
            b"<meta>",
            b"xmlns='x'",
            b"&a;",
            b"/>",
        ),
    ],
    "json": [
        *(
            b"{}",
            b"[]",
            b'""',
            b"null",
            b"NaN",
            b"-Infinity",
            b"1e400",
            b"\\ud800",
            b"\\u0000",
            b"\\u202e",
            b"[{",
        ),
        *(b'"title":', b'"type":', b'"authors":', b'{"a":', b"},{", b'"x",', b"[[", b"]]", b'"results":['),
    ],
    "bibtex": [
        *(
            b"@string{a=b#b}",
            b"@misc{k,",
            b"title={",
            b"#",
            b" # ",
            b"@comment{",
            b"@",
            b"\n@",
            b"crossref={k},",
        ),
        *(b"author={", b" and ", b"others", b"{\\'e}", b'"', b"year=", b"month=jun,"),
    ],
    "tagged": [
        b"TY  - ",
        b"ER  - ",
        b"\nER\n",
        b"\nPT J\n",
        b"\n   ",
        b"\nTI ",
        b"TI  - ",
        b"\nAU  - ",
        b"\nCR ",
    ],
    "corrections": [
        *(
            b"- ",
            b"? ",
            b": ",
            b"&a ",
            b"*a",
            b"!!int ",
            b"| ",
            b"> ",
            b"<<: ",
            b"same:",
            b"\n  ",
            b"---\n",
            b"%YAML ",
        ),
        *(b"~", b"yes", b"0x1", b"1:30", b"2017-06-12", b"'", b'"\\x1b"', b"[", b"{"),
    ],
    "query": [
        *(
            b"// ",
            b"[[",
            b'"""',
            b"'''",
            b"parameters.a = ",
            b"{ type = ",
            b"1979-05-27",
            b"$top",
            b"\\u001b",
            b"`",
        ),
        *(b"'\\'", b"/*", b"0x", b"inf", b"nan", b";\n"),
    ],
    "daily-papers": [
        *(
            "·".encode(),
            "• 5 authors".encode(),
            b"Daily Papers",
            b"Subscribe",
            b"new",
            b"byAK and the research ",
        ),
        *(b"community", b"\n\n", b"Get trending papers in your email inbox!", b" 12 comments"),
    ],
}
for _name in ("arxiv-xml", "pubmed", "acl-anthology"):
    TOKENS[_name] = TOKENS["xml"]
for _name in (
    *("jsonl", "csl-json", "crossref", "openalex", "semantic-scholar", "arxiv-snapshot", "gold", "pairs"),
):
    TOKENS[_name] = TOKENS["json"]
for _name in ("ris", "web-of-science"):
    TOKENS[_name] = TOKENS["tagged"]
