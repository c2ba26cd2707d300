"""How a plugin's function is called: with what it has parameters for."""
import inspect


NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class CannotCall(Exception):
    """The call has something that the plugin does not take."""


def call(function, given, label):
    """Calls main or free.

    given: the positional arguments, as many of them as the function takes; at least two.
    label: the second argument of the definition's call; None without it. It goes to a parameter
    called `label`.
    """
    parameters = parameters_of(function)
    if parameters is None:
        return function(*given)
    kinds = [each.kind for each in parameters]
    takers = [each for each in parameters if each.name == 'label' and each.kind in NAMED]
    if label is not None and not takers and inspect.Parameter.VAR_KEYWORD not in kinds:
        raise CannotCall("it has no parameter 'label' for the label '%s'" % label)
    wants = label is not None or any(each.default is each.empty for each in takers)
    named = {'label': label} if wants else {}
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return function(*given, **named)
    places = sum(each.kind in POSITIONAL and each not in takers for each in parameters)
    return function(*given[:max(2, places)], **named)


def parameters_of(function):
    """The parameters of a function; None where it does not tell, as some of C do not."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
