"""The views of a graph, by name (``graph.view("map")``) and as methods (``graph.view.map()``)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from litloom.graph.views.declaration import Argument, ViewDeclaration
from litloom.graph.views.page.html import View, render
from litloom.graph.views.page.scene import Scene
from litloom.graph.views.registry import declared_views, known_view
from litloom.queries.methods import method_name
from litloom.queries.questions import Questions
from litloom.support.signatures import with_signature
from litloom.view_arguments import bind, bounds

PATH: Final = inspect.Parameter(
    "path", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=str | Path | None
)
"""What each method takes besides the arguments of its view."""


def make_scene(questions: Questions, what: str, names: Sequence[object], options: Mapping[str, Any]) -> Scene:
    """Draw the view called `what` with arguments by position and by keyword; see `Views.__call__`.

    The notes of the scene include the names that were guessed.

    Raises
    ------
    QueryError
        If there is no such view, or its arguments are wrong.
    """
    view = known_view(what)
    bound, notes = bind(view, names, options, questions)
    scene = view.scene(questions, bound)
    return replace(scene, notes=(*scene.notes, *notes)) if notes else scene


class Views:
    """The views of one graph, called by name or as methods.

    Parameters
    ----------
    questions
        Callable that returns the graph with its canned queries, used when a view is drawn.

    Examples
    --------
    >>> import litloom
    >>> paper = litloom.Paper(title="Adam", abstract="We train a CNN on ImageNet with Adam.")
    >>> with litloom.build([paper]) as graph:
    ...     graph.view("map").notes
    ...     graph.view.concept("ImageNet").notes
    ('1 paper.',)
    ('1 paper, 1 concept and 1 edge.',)
    """

    def __init__(self, questions: Callable[[], Questions]) -> None:
        self._questions = questions

    def __call__(
        self, what: str = "map", /, *names: object, path: str | Path | None = None, **options: Any
    ) -> View:
        """Draw a view as one self-contained HTML page.

        Parameters
        ----------
        what
            Name of the view. Each view is also a method of its own: ``help(graph.view.lineage)`` explains
            its arguments, and ``list(graph.view)`` gives the names of all.
        names
            What the view is of, such as a part of the title of a paper.
        path
            The HTML file to write, if any.
        options
            Options of the view, such as ``steps=2``.

        Returns
        -------
        View
            Displays itself in a notebook.

        Raises
        ------
        QueryError
            If there is no such view, paper or concept, or an option is wrong.
        """
        view = render(make_scene(self._questions(), what, names, options))
        if path is not None:
            view.save(path)
        return view

    def __iter__(self) -> Iterator[str]:
        return iter(declared_views())

    def __repr__(self) -> str:
        return "\n".join(f"{view.name:<9} {view.help}" for view in declared_views().values())

    def __getattr__(self, name: str) -> Callable[..., View]:
        for view in declared_views().values():
            if method_name(view.name) == name:
                return self._method(view)
        raise AttributeError(f"no view is called {name!r}", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *map(method_name, self)})

    def _method(self, view: ViewDeclaration) -> Callable[..., View]:
        def draw(*names: object, **options: Any) -> View:
            return self(view.name, *names, **options)

        parameters = [*view.signature.parameters.values()]
        parameters.insert(len(view.arguments), PATH)
        return with_signature(draw, method_name(view.name), parameters, docstring(view), View)


DOCSTRING: Final = """{about}

Parameters
----------
{arguments}

Returns
-------
View
    Displays itself in a notebook.

Raises
------
QueryError
    If an argument is wrong, or nothing has that name."""


def docstring(view: ViewDeclaration) -> str:
    """Return the docstring of a view's method, in NumPy style."""
    helps = {argument.name: described(argument) for argument in view.arguments}
    helps["path"] = "The HTML file to write, if any."
    if view.keywords:
        helps[f"**{view.keywords.name}"] = view.keywords.option.help
    arguments = "\n".join(f"{name}\n    {text}" for name, text in helps.items())
    return DOCSTRING.format(about=inspect.getdoc(view.draw) or "", arguments=arguments)


def described(argument: Argument) -> str:
    """Return the help of an argument with its choices and bounds."""
    option = argument.option
    limits = [f"One or more of {', '.join(option.choices)}."] if option.choices else []
    limits += [f"{bounds(option).capitalize()}."] if bounds(option) else []
    return " ".join([option.help, *limits])
