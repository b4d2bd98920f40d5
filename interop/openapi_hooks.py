"""What schemathesis does before each request of openapi_check.py.

263.0 is a whole number in JSON, and the server takes it for one in a body. In a URL it is the text `263.0`, which is
none; there it is written as `263`.
"""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    for part in (case.query, case.path_parameters):
        for name, value in (part or {}).items():
            if isinstance(value, float) and value.is_integer():
                part[name] = int(value)
