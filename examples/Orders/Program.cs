// A service that takes orders. Read it from top to bottom; README.md has requests to try.
using Cano;
using Cano.Examples.Orders;

if (args.Intersect(["-h", "--help"]).Any())
{
    Console.WriteLine(Settings.Usage);
    return 0;
}

if (Settings.UnknownOf(args) is { } unknown)
{
    Console.Error.WriteLine($"Orders: what is '{unknown}'? See --help");
    return 2;
}

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
await using var app = builder.Build();
var settings = app.Configuration.GetSection("Orders").Get<Settings>() ?? new Settings();

// Bank and warehouse are other people's systems: what they did is done, whatever happens here.
var pace = TimeSpan.FromMilliseconds(settings.Pace);
using var payments = new Book(Path.Combine(settings.Books, "bank.tsv"));
using var stock = new Book(Path.Combine(settings.Books, "warehouse.tsv"));
var (bank, warehouse) = (new Bank(payments, pace), new Warehouse(stock, pace));

// Opened once. Both versions of the workflow stand side by side: an order goes on with the one that it began
// with, and new ones get the one that the settings name.
var (first, second) = (OrderWorkflow.First(bank, warehouse), OrderWorkflow.Second(bank, warehouse));
var current = settings.Version == 2 ? second : first;
await using var engine = await CanoEngine.OpenAsync(
    settings.Journal,
    new CanoEngineOptions
    {
        LoggerFactory = app.Services.GetRequiredService<ILoggerFactory>(),
        StopGrace = TimeSpan.FromSeconds(settings.Grace),
        Retention = Retention.KeepFor(TimeSpan.FromDays(30)),
    }
);
engine.Add(first).Add(second);

app.Use(next => http => Refusals.AnswerAsync(http, next));

// 202 means durable: from here on the order is not lost. Posting it again gives the same run.
app.MapPost(
    "/orders",
    async (Order order, CancellationToken aborted) =>
    {
        if (order.Problem() is { } problem)
            return Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        var tags = new Dictionary<string, string> { ["customer"] = order.Customer };
        var options = new StartOptions { Tags = tags };
        await engine.GetOrStartAsync(current, Step.Accept, order.Id, order, options, aborted);
        return Results.Accepted($"/orders/{Uri.EscapeDataString(order.Id)}");
    }
);

app.MapGet(
    "/orders/{id}",
    async (string id, CancellationToken aborted) =>
        await engine.FindAsync(id, aborted) is { } run ? Results.Ok(OrderView.Of(run)) : Results.NotFound()
);

// 202 as long as it is under way, 409 when it came to no receipt.
app.MapGet(
    "/orders/{id}/receipt",
    async (string id, CancellationToken aborted) =>
        await engine.FindAsync(id, aborted) switch
        {
            null => Results.NotFound(),
            { HasEnded: false } run => Results.Accepted($"/orders/{id}", OrderView.Of(run)),
            { Status: RunStatus.Completed } => Results.Ok(
                await engine.Run(current, id).OutputAsync<Receipt>(aborted)
            ),
            var run => Results.Conflict(OrderView.Of(run)),
        }
);

// For good: from here on the order only goes back. One that has ended stays as it is.
app.MapPost(
    "/orders/{id}/cancel",
    async (string id, string? reason, CancellationToken aborted) =>
    {
        await engine.CancelAsync(id, reason, aborted);
        return Results.Accepted(
            $"/orders/{id}",
            OrderView.Of(await engine.Run(current, id).DescribeAsync(aborted))
        );
    }
);

// For an order that failed, could not be undone, or was set aside, when the cause is mended.
app.MapPost(
    "/orders/{id}/retry",
    async (string id, CancellationToken aborted) =>
    {
        await engine.RetryAsync(id, aborted);
        return Results.Accepted($"/orders/{id}");
    }
);

// Newest first, page by page: ?show=unfinished or attention, &customer=ada, &limit=50, &after=the last id.
app.MapGet(
    "/orders",
    async (string? show, string? customer, string? after, int? limit, CancellationToken aborted) =>
    {
        var which = show switch
        {
            "unfinished" => RunQuery.Unfinished,
            "attention" => RunQuery.NeedsAttention,
            null or "all" => RunQuery.All,
            _ => null,
        };
        if (which is null)
            return Results.Problem(
                "show=all, unfinished or attention",
                statusCode: StatusCodes.Status400BadRequest
            );
        var query = which with
        {
            Tags = customer is null ? null : new Dictionary<string, string> { ["customer"] = customer },
            After = after is null ? null : await engine.Run(current, after).DescribeAsync(aborted),
            Limit = Math.Clamp(limit ?? 50, 1, 1000),
        };
        return Results.Ok(await engine.ListAsync(query, aborted).Select(OrderView.Of).ToListAsync(aborted));
    }
);

// How many there are of each status that a person must look at.
app.MapGet(
    "/health",
    async (CancellationToken aborted) =>
        Results.Ok(new { NeedsAttention = await engine.CountAsync(RunQuery.NeedsAttention, aborted) })
);

// What the last process left goes on, while new orders come in.
var resuming = ResumeAsync();
await app.RunAsync();

// SIGTERM and Ctrl-C end up here. Nothing is undone: the next start goes on with what is left.
var rest = await engine.SuspendAsync();
foreach (var id in rest.StillRunning)
    app.Logger.LogWarning("Order {Id} outlasted the grace; its step is begun again", id);
await resuming;
return 0;

async Task ResumeAsync()
{
    await foreach (var end in engine.ResumeAsync())
        app.Logger.LogInformation("{End}", end);
}
