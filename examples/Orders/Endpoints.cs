namespace Cano.Examples.Orders;

/// <summary>What can be asked of the service.</summary>
public static class Endpoints
{
    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/orders").WithTags("Orders");
        orders.MapPost("/", PlaceAsync).WithSummary("Place an order: 202 when it is durable");
        orders.MapGet("/", ListAsync).WithSummary("Orders, newest first, page by page");
        orders.MapGet("/{id}", FindAsync).WithSummary("Where an order is");
        orders.MapGet("/{id}/receipt", ReceiptAsync).WithSummary("What came of an order");
        orders.MapPost("/{id}/cancel", CancelAsync).WithSummary("Cancel an order, for good");
        orders.MapPost("/{id}/retry", RetryAsync).WithSummary("Go on with an order that failed");
    }

    /// <summary>202 means durable: from here on the order is not lost. Posting it again gives the same
    /// run.</summary>
    private static async Task<IResult> PlaceAsync(
        Order order,
        CanoEngine engine,
        Workflow<Step> workflow,
        CancellationToken aborted
    )
    {
        if (order.Problem() is { } problem)
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        var tags = new Dictionary<string, string> { ["customer"] = order.Customer };
        var options = new StartOptions { Tags = tags };
        await engine.GetOrStartAsync(workflow, Step.Accept, order.Id, order, options, aborted);
        return Results.Accepted($"/orders/{Uri.EscapeDataString(order.Id)}");
    }

    private static async Task<IResult> FindAsync(string id, CanoEngine engine, CancellationToken aborted) =>
        await engine.FindAsync(id, aborted) is { } run ? Results.Ok(OrderView.Of(run)) : Results.NotFound();

    /// <summary>202 as long as it is under way, unless the customer waits; 409 when it came to no
    /// receipt.</summary>
    private static async Task<IResult> ReceiptAsync(
        string id,
        CanoEngine engine,
        Workflow<Step> workflow,
        CancellationToken aborted,
        bool wait = false
    )
    {
        var run = engine.Run(workflow, id);
        var found = await run.DescribeAsync(aborted);
        if (found is { HasEnded: false } && !wait)
            return Results.Accepted($"/orders/{id}", OrderView.Of(found));
        try
        {
            return Results.Ok(await run.OutputAsync<Receipt>(aborted));
        }
        catch (CanoException) when (!aborted.IsCancellationRequested)
        {
            // It ended otherwise, or the service is stopping.
            found = await run.DescribeAsync(aborted);
            if (!found.HasEnded)
                throw;
            return Results.Conflict(OrderView.Of(found));
        }
    }

    /// <summary>For good: from here on the order only goes back. One that has ended stays as it is.</summary>
    private static async Task<IResult> CancelAsync(
        string id,
        string? reason,
        CanoEngine engine,
        Workflow<Step> workflow,
        CancellationToken aborted
    )
    {
        await engine.CancelAsync(id, reason, aborted);
        return Results.Accepted(
            $"/orders/{id}",
            OrderView.Of(await engine.Run(workflow, id).DescribeAsync(aborted))
        );
    }

    /// <summary>For an order that failed, could not be undone, or was set aside, when the cause is
    /// mended.</summary>
    private static async Task<IResult> RetryAsync(string id, CanoEngine engine, CancellationToken aborted)
    {
        await engine.RetryAsync(id, aborted);
        return Results.Accepted($"/orders/{id}");
    }

    /// <summary>?show=unfinished or attention, &amp;customer=ada, &amp;limit=50, &amp;after=the last
    /// id.</summary>
    private static async Task<IResult> ListAsync(
        [AsParameters] Page page,
        CanoEngine engine,
        Workflow<Step> workflow,
        CancellationToken aborted
    )
    {
        if (page.Query is not { } which)
            return Results.Problem(
                "show=all, unfinished or attention",
                statusCode: StatusCodes.Status400BadRequest
            );
        var query = page.After is null
            ? which
            : which with
            {
                After = await engine.Run(workflow, page.After).DescribeAsync(aborted),
            };
        return Results.Ok(await engine.ListAsync(query, aborted).Select(OrderView.Of).ToListAsync(aborted));
    }
}

/// <summary>Which orders are listed.</summary>
public sealed record Page(string? Show, string? Customer, string? After, int? Limit)
{
    /// <summary>As the engine is asked, but for where it begins; null when nobody can tell what is
    /// meant.</summary>
    internal RunQuery? Query =>
        Show switch
        {
            "unfinished" => Limited(RunQuery.Unfinished),
            "attention" => Limited(RunQuery.NeedsAttention),
            null or "all" => Limited(RunQuery.All),
            _ => null,
        };

    private RunQuery Limited(RunQuery which) =>
        which with
        {
            Tags = Customer is null ? null : new Dictionary<string, string> { ["customer"] = Customer },
            Limit = Math.Clamp(Limit ?? 50, 1, 1000),
        };
}
