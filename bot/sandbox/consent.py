"""The consent page that both accounts stand-ins show."""

from collections.abc import Mapping

from markupsafe import Markup

PAGE = Markup("""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{client} asks for access · {brand}</title>
<style>
:root {{ color-scheme: light dark; --line: light-dark(#dfe3e8, #3a414a); --soft: light-dark(#5c6672, #9aa4af);
  --brand: light-dark({color}, color-mix(in oklab, {color} 55%, white)); }}
body {{ font: 16px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; margin: 0;
  min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f5f7, #15181c); color: light-dark(#1c2129, #d8dce1); }}
main {{ box-sizing: border-box; width: min(29rem, 100vw); border: 1px solid var(--line); border-top: 4px solid {color}; border-radius: 10px;
  padding: 1.75rem 2rem; background: light-dark(#fff, #1f242a); }}
p {{ margin: 0; }}
.brand {{ display: flex; justify-content: space-between; font-weight: 700; color: var(--brand); }}
.brand small, .login {{ color: var(--soft); font-weight: 400; }}
h1 {{ font-size: 1.35rem; line-height: 1.3; margin: 1.25rem 0 .25rem; }}
ul {{ list-style: none; margin: 1.25rem 0; padding: .25rem 0; border-block: 1px solid var(--line); }}
li {{ display: flex; gap: .75rem; padding: .5rem 0; }}
li:not(:has(input))::before {{ content: "✓"; color: var(--brand); font-weight: 700; }}
input {{ width: 1.1rem; height: 1.1rem; margin: .2rem 0 0; flex: none; accent-color: {color}; }}
button {{ font: inherit; font-weight: 600; padding: .55rem 1.3rem; border-radius: 8px; border: 1px solid var(--line); margin-right: .5rem;
  background: none; color: inherit; cursor: pointer; }}
button[value=yes] {{ background: {color}; color: #fff; border-color: {color}; }}
:focus-visible {{ outline: 3px solid light-dark(#1d7fd1, #6cb3ee); outline-offset: 2px; }}
</style></head><body><main><form method="post">
<p class="brand">{brand} <small>sandbox</small></p>
<h1>{client} asks for access to your account</h1><p class="login">Signed in as <strong>{login}</strong>. {client} will be able to:</p>
<ul>{scopes}</ul>
<button name="answer" value="yes">{allow}</button><button name="answer" value="no">{deny}</button></form></main></body></html>""")

PLAIN = Markup("<li>{words}</li>")
TICKED = Markup(
    '<li><input type="checkbox" name="scope" value="{scope}" id="{scope}" checked> <label for="{scope}">{words}</label></li>'
)


def page(
    *,
    brand: str,
    color: str,
    client: str,
    login: str,
    scopes: Mapping[str, str],
    allow: str,
    deny: str,
    ticks: bool = False,
) -> str:
    """The page; with `ticks` every scope can be unticked."""
    row = TICKED if ticks else PLAIN
    rows = Markup("").join(row.format(scope=scope, words=words) for scope, words in scopes.items())
    return PAGE.format(brand=brand, color=color, client=client, login=login, scopes=rows, allow=allow, deny=deny)
