// A service that takes orders. Read it from top to bottom; README.md has requests to try.
using Cano;
using Cano.Examples.Orders;
using Scalar.AspNetCore;

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
builder.AddTelemetry();
builder.Services.AddOpenApi();
var settings = builder.Configuration.GetSection("Orders").Get<Settings>() ?? new Settings();

// Bank and warehouse are other people's systems: what they did is done, whatever happens here.
var pace = TimeSpan.FromMilliseconds(settings.Pace);
foreach (var partner in new[] { "bank", "warehouse" })
    builder.Services.AddKeyedSingleton(
        partner,
        (_, _) => new Book(Path.Combine(settings.Books, $"{partner}.tsv"))
    );
builder.Services.AddSingleton(services => new Bank(services.GetRequiredKeyedService<Book>("bank"), pace));
builder.Services.AddSingleton(services => new Warehouse(
    services.GetRequiredKeyedService<Book>("warehouse"),
    pace
));

// The host opens the engine, goes on with what the last process left, and suspends it at a stop: nothing is
// undone.
var cano = builder
    .Services.AddCano(options =>
    {
        options.Journal ??= "data/journal";
        options.Retention ??= Retention.KeepFor(TimeSpan.FromDays(30));
    })
    .AddWorkflow<Step>(OrderWorkflow.Name, (services, _) => First(services))
    .AddHealthCheck();

// Both versions of the workflow stand side by side: an order goes on with the one that it began with, and new
// ones get the newest.
if (settings.Version == 2)
    cano.AddWorkflow<Step>(OrderWorkflow.Name, (services, _) => Second(services));

await using var app = builder.Build();
app.Use(next => http => Refusals.AnswerAsync(http, next));
app.MapOrders();

// Whether it takes orders, and whether there is a person to call; and whether it lives at all.
foreach (var tag in new[] { CanoBuilder.ReadyTag, CanoBuilder.LiveTag })
    app.MapHealthChecks(
        $"/health/{tag}",
        new() { Predicate = check => check.Tags.Contains(tag), ResponseWriter = HealthAnswer.WriteAsync }
    );

// A page to read what there is, and to try it.
app.MapOpenApi();
app.MapScalarApiReference();
await app.RunAsync();
return 0;

static Workflow<Step> First(IServiceProvider services) =>
    OrderWorkflow.First(services.GetRequiredService<Bank>(), services.GetRequiredService<Warehouse>());

static Workflow<Step> Second(IServiceProvider services) =>
    OrderWorkflow.Second(services.GetRequiredService<Bank>(), services.GetRequiredService<Warehouse>());
