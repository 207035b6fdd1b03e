"""The consent page that both accounts stand-ins show."""

from collections.abc import Mapping

from markupsafe import Markup

PAGE = Markup("""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 10vh auto; padding: 0 1rem; }}
form {{ border: 1px solid #8886; border-radius: 12px; padding: 1.5rem; }}
button {{ font: inherit; padding: .5rem 1.2rem; border-radius: 8px; border: 1px solid #888; margin-right: .5rem; }}
button[value=yes] {{ background: #1a66d6; color: white; border-color: #1a66d6; }}
small {{ opacity: .7 }}
</style>
<form method="post"><small>{brand} (sandbox)</small><h1>{title}</h1><p>Signed in as <strong>{login}</strong></p>
<ul>{scopes}</ul>
<button name="answer" value="yes">{allow}</button><button name="answer" value="no">{deny}</button></form></html>""")


PLAIN = Markup("<li>{1}</li>")
TICKED = Markup(
    '<li><input type="checkbox" name="scope" value="{0}" id="{0}" checked> <label for="{0}">{1}</label></li>'
)


def page(
    *, brand: str, client: str, login: str, scopes: Mapping[str, str], allow: str, deny: str, ticks: bool = False
) -> str:
    """The page; with `ticks` every scope can be unticked."""
    box = (
        '<input type="checkbox" name="scope" value="{0}" id="{0}" checked> <label for="{0}">{1}</label>'
        if ticks
        else "{1}"
    )
    rows = Markup("").join(Markup(f"<li>{box}</li>").format(scope, words) for scope, words in scopes.items())
    return PAGE.format(brand=brand, title=f"{client} wants to", login=login, scopes=rows, allow=allow, deny=deny)
