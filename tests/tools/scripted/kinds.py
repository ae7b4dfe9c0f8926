"""The ways in which a call can go wrong, each with what it does."""

CONNECTION = {
    "refuse": "resets this call, closes all connections and refuses new ones for `lasting` seconds",
    "reset": "resets the connection before a byte of the answer",
    "reset_headers": "resets it after the headers",
    "reset_body": "resets it in the middle of the body",
    "close": "closes it properly, without an answer",
    "hang": "takes the request and never answers",
    "hang_body": "sends half of the answer and then nothing, for ever",
    "drip": "sends one byte of the body every `lasting` seconds",
    "slow": "waits `lasting` seconds more before it answers",
}
STATUSES = {
    "400": "bad request",
    "401": "the key is wrong",
    "402": "no credit is left",
    "403": "not allowed",
    "404": "the model is not there",
    "408": "the server has waited too long",
    "413": "the request is too large",
    "429": "too many requests; `retry_after` says when to come back",
    "500": "the server has an error",
    "502": "HTML from a proxy whose server is gone",
    "503": "overloaded; `retry_after` says when to come back",
    "504": "HTML from a proxy whose server is slow",
    "529": "overloaded, as Anthropic says it",
}
BODY = {
    "garbage": "random bytes, said to be JSON",
    "html": "a page of HTML with status 200",
    "empty": "status 200 and no body",
    "truncated": "half of the JSON, properly delivered",
    "wrong_length": "a Content-Length that is `size` bytes more than there are (fewer, where negative)",
    "gigantic": "valid JSON with `size` bytes of white space in it (100 MB, if not given)",
    "gzip": "Content-Encoding: gzip, whether the client accepts it or not",
}
SHAPE = {
    "wrong_shape": "JSON of another API",
    "error_200": "status 200 and an error in the body",
    "empty_choices": "no choices (OpenAI), no content blocks (Anthropic)",
    "null_content": "the content is null",
    "no_usage": "no usage is told",
    "usage_high": "usage is told `factor` times too high (10, if not given)",
    "usage_negative": "usage is told below zero",
    "usage_text": "usage is told as words",
}
CONTENT = {
    "other_schema": "JSON that does not fit the schema",
    "not_json": "sentences where JSON was wanted",
    "fenced": "JSON within a ```json fence",
    "trailing_commas": "JSON with a comma after each last member",
    "single_quotes": "JSON as Python prints it",
    "prose": "sentences before and after the answer",
    "think": "a <think> block before the answer",
    "cut": "half of the answer, finish_reason length",
    "blank": "an answer of no characters",
    "refusal": "the model declines",
    "content_filter": "finish_reason content_filter, no content",
    "same": "the first answer of all, to everything",
    "copied": "the answer that another prompt got before",
}
KINDS = {**CONNECTION, **STATUSES, **BODY, **SHAPE, **CONTENT}
REFUSALS = {
    "response_format": "no response_format at all",
    "json_schema": "response_format json_object, but not json_schema",
    "loose_schemas": "a schema needs additionalProperties: false and all properties required",
    "max_tokens": "max_completion_tokens must be used instead",
    "max_completion_tokens": "only max_tokens is known",
    "temperature": "no temperature but 1",
    "seed": "no seed",
    "tools": "no tools",
    "stream": "no streaming",
    "system": "no message with the role system",
}
