namespace Cano.Examples.Orders;

/// <summary>What is told of an order.</summary>
public sealed record OrderView(
    string Id,
    string Status,
    string? State,
    uint Version,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Error,
    string? Held
)
{
    public static OrderView Of(RunInfo run) =>
        new(
            run.RunId,
            $"{run.Status}",
            run.State,
            run.WorkflowVersion,
            run.StartedAt,
            run.EndedAt,
            run.Error?.Message,
            run.Held
        );
}

/// <summary>What the engine refuses, in the words of HTTP.</summary>
public static class Refusals
{
    /// <summary>Answers for whatever an endpoint let fall.</summary>
    public static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (CanoException refused)
        {
            var status = StatusOf(refused.Error.Category);
            if (status == StatusCodes.Status503ServiceUnavailable)
                http.Response.Headers.RetryAfter = "1";
            await Results.Problem(refused.Error.Message, statusCode: status).ExecuteAsync(http);
        }
    }

    private static int StatusOf(string category) =>
        category switch
        {
            "run_not_found" => StatusCodes.Status404NotFound,
            // The id is another order's, or the run is not where this could be done.
            "workflow" => StatusCodes.Status409Conflict,
            "configuration" => StatusCodes.Status400BadRequest,
            // The service is stopping, or its disk takes nothing: asking again is safe.
            "suspended" or "checkpoint_store" => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
}
