# What we use of google-re2, which brings no types.

class error(Exception): ...  # noqa: N801  # its own name

class Options:
    case_sensitive: bool
    log_errors: bool

class Pattern:
    def search(self, text: str) -> object | None: ...

def compile(pattern: str, options: Options) -> Pattern: ...  # noqa: A001  # its own name
