"""A campaign against litloom: what it must hold up to, tried many times.

``test_kills.py``
    SIGKILL at moments spread over build, add, remove and corrections, in both stores.
``test_damage.py``
    Flipped bits and cut ends in every file that litloom reads back.
``test_fuzz_readers.py``
    Mutated files for every reader.
``test_full_disk.py``
    A disk that fills up at different moments of build, add, remove, export, view and extract.
``test_statements.py``
    Hostile and honest Cypher statements (``statements.tsv``) by every way into a graph, in both stores.
``test_values.py``
    Hostile titles, names, venues, addresses and ids (``values.py``) from reading to the browser, in both
    stores.

The ordinary suite runs a small part. To run all of it, which takes some hours on two cores::

    LITLOOM_CAMPAIGN=full pytest -rP tests/campaign

``-rP`` prints the counts and the moments of the kills. `tests.campaign.scale` says how much each part does,
and which environment variables change it. ``pytest -m "not slow"`` leaves the campaign out.
"""
