"""How a view is declared: a drawing function whose signature describes the arguments of the view.

Each view is one module of `litloom.graph.views` that defines ``VIEW``, a `ViewDeclaration`. The command line,
the Python method and their help are generated from it: to add a view, add a module.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_type_hints

from litloom.graph.views.page.options import PageOptions as PageOptions

if TYPE_CHECKING:
    from litloom.graph.views.page.scene import Scene
    from litloom.queries.questions import Questions as Questions
else:
    # Annotations are evaluated at run time, and queries are built on top of this package.
    Questions = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Description of an argument of a view, given as metadata of its annotation.

    Parameters
    ----------
    help
        One sentence for the help of the command and of the Python method.
    least, most
        Bounds of a number, inclusive.
    choices
        The texts that a list may contain, in any case.
    names
        What the text is the name of. The drawing function gets the id of a paper or concept.
    flags
        Flags on the command line, where they differ from ``--name``.
    metavar
        Placeholder of the value in the help of the command.
    """

    help: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    names: Literal["paper", "concept", "paper-or-concept"] | None = None
    flags: tuple[str, ...] = ()
    metavar: str | None = None


PaperName = Annotated[str, Option(help="Part of the title of a paper, or its id.", names="paper")]
ConceptName = Annotated[
    str, Option(help="Name or alias of a concept, part of one, or its id.", names="concept")
]
PaperOrConceptName = Annotated[
    str,
    Option(
        help="Part of the title of a paper or of the name of a concept, or an id.", names="paper-or-concept"
    ),
]
Parameters = Annotated[
    Mapping[str, Any] | None,
    Option(help="Values of the parameters of the query.", flags=("--parameter", "-p"), metavar="NAME=VALUE"),
]

SHARED: Final[Mapping[str, Any]] = {
    "title": Annotated[str, Option(help="Heading of the page; the view's own heading if not given.")],
    "max_nodes": Annotated[int, Option(help="Maximum number of papers and concepts to draw.", least=1)],
    "max_edges": Annotated[
        int | None,
        Option(help="Maximum number of edges to draw; as many as stay readable if not given.", least=0),
    ],
}
"""Annotations of the arguments that every view takes: those of `PageOptions`."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a view: its parameter in the signature, its type and its description."""

    parameter: inspect.Parameter
    type: Any
    option: Option
    name: str
    positional: bool
    required: bool


@dataclass(frozen=True)
class ViewDeclaration:
    """Declaration of a view, for the command line and for the Python method.

    Parameters
    ----------
    name
        Name of the view.
    draw
        Function that draws the view. Its first two parameters are the graph with its canned queries, and the
        `PageOptions`; all others are annotated with an `Option`. The first paragraph of its docstring is the
        help of the view. A view with ``**keywords`` must also take ``parameters``, a dictionary of the same:
        the command collects in it the options that the view does not declare.
    max_nodes
        Default maximum number of papers and concepts to draw.
    example
        Arguments of ``litloom view`` for an example.

    Examples
    --------
    >>> Steps = Annotated[int, Option(help="Steps.", most=3)]
    >>> def draw(questions: Questions, options: PageOptions, *, steps: Steps = 1) -> Any:
    ...     '''Draw a toy.'''
    >>> view = ViewDeclaration("toy", draw, max_nodes=9, example="toy --store lit.lbug")
    >>> view.help, [(argument.name, argument.option.most) for argument in view.arguments[:1]]
    ('Draw a toy.', [('steps', 3)])
    >>> print(view.signature)
    (*, steps: int = 1, title: str = '', max_nodes: int = 9, max_edges: int | None = None)
    """

    name: str
    draw: Callable[..., Scene]
    max_nodes: int
    example: str

    @cached_property
    def help(self) -> str:
        """What the view shows, in one sentence."""
        return " ".join((inspect.getdoc(self.draw) or "").split("\n\n")[0].split())

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """Arguments of the view, in the order of the signature, without ``**keywords``."""
        return tuple(argument for argument in self._all if argument is not self.keywords)

    @cached_property
    def keywords(self) -> Argument | None:
        """The ``**keywords`` of the view, if it takes any."""
        return next((a for a in self._all if a.parameter.kind is inspect.Parameter.VAR_KEYWORD), None)

    @cached_property
    def signature(self) -> inspect.Signature:
        """The signature of the Python method: that of `draw` without its first parameter."""
        return inspect.Signature([argument.parameter for argument in self._all])

    @cached_property
    def _all(self) -> tuple[Argument, ...]:
        _, _, *parameters = inspect.signature(self.draw).parameters.values()
        hints = get_type_hints(self.draw, include_extras=True)
        own = [_argument(parameter, hints[parameter.name]) for parameter in parameters]
        defaults = {"title": "", "max_nodes": self.max_nodes, "max_edges": None}
        shared = [
            _argument(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default), SHARED[name])
            for name, default in defaults.items()
        ]
        return tuple(sorted([*own, *shared], key=lambda argument: argument.parameter.kind))

    def scene(self, questions: Questions, bound: inspect.BoundArguments) -> Scene:
        """Draw the view with arguments that are bound to its `signature`."""
        bound.apply_defaults()
        options = PageOptions(**{name: bound.kwargs[name] for name in SHARED})
        own = {name: value for name, value in bound.kwargs.items() if name not in SHARED}
        return self.draw(questions, options, *bound.args, **own)


def _argument(parameter: inspect.Parameter, annotation: Any) -> Argument:
    kind, option = get_args(annotation) or (None, None)
    if not isinstance(option, Option):
        raise TypeError(f"the annotation of {parameter.name} must be Annotated[TYPE, Option(help=...)]")
    required = parameter.default is parameter.empty
    positional = parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    return Argument(parameter.replace(annotation=kind), kind, option, parameter.name, positional, required)
