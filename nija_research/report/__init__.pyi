from .builder import (
    IncompleteReportError as IncompleteReportError,
)
from .builder import (
    build as build,
)
from .parameters import (
    bind as bind,
)
from .parameters import (
    notebook_parameters as notebook_parameters,
)
from .parameters import (
    parse_assignment as parse_assignment,
)
from .pdf import (
    notebook_pdf as notebook_pdf,
)
from .plan import (
    Plan as Plan,
)
from .plan import (
    load_plan as load_plan,
)
from .plan import (
    monday_of as monday_of,
)
from .plots import (
    figure as figure,
)
from .plots import (
    style as style,
)
from .records import (
    read_records as read_records,
)
from .records import (
    record as record,
)
from .runner import (
    NotebookFailedError as NotebookFailedError,
)
from .runner import (
    run_notebook as run_notebook,
)
from .tables import (
    say as say,
)
from .tables import (
    table as table,
)

__all__ = [
    "IncompleteReportError",
    "NotebookFailedError",
    "Plan",
    "bind",
    "build",
    "figure",
    "load_plan",
    "monday_of",
    "notebook_parameters",
    "notebook_pdf",
    "parse_assignment",
    "read_records",
    "record",
    "run_notebook",
    "say",
    "style",
    "table",
]
