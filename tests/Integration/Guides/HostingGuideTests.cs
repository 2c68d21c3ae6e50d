using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Guides;

/// <summary>The snippets of docs/hosting.md.</summary>
public sealed class HostingGuideTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_web_service_takes_orders()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration["Cano:Journal"] = _folder.Path;
        builder.Services.AddSingleton<Bank>();
        builder.Services
            .AddCano()
            .AddWorkflow<Step>("orders", orders => orders
                .RegisterWithCompensation<Step, ChargeCard, string>(Step.Charge)
                .Register<Step, SendParcel>(Step.Ship)
                .AddExitState(Step.Done))
            .AddHealthCheck();
        await using var app = builder.Build();
        app.MapPost("/orders/{id}", async (string id, Parcel parcel, CanoEngine engine, Workflow<Step> orders) =>
        {
            await engine.GetOrStartAsync(orders, Step.Charge, id, parcel);
            return Results.Accepted($"/orders/{id}");                 // durable: it is not lost from here on
        });
        app.MapHealthChecks("/health/live", new() { Predicate = check => check.Tags.Contains(CanoBuilder.LiveTag) });
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(CanoBuilder.ReadyTag) });
        await app.StartAsync().Soon();

        using var client = app.GetTestClient();
        using var order = new StringContent("""{"town":"York"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await client.PostAsync(new Uri("/orders/order-17", UriKind.Relative), order).Soon();
        Assert.Equal(StatusCodes.Status202Accepted, (int)answer.StatusCode);
        var run = app.Services.GetRequiredService<CanoEngine>().Run(app.Services.GetRequiredService<Workflow<Step>>(), "order-17");
        Assert.Equal(Step.Done, await run.Completion().Soon());
        Assert.Equal("Healthy", await client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)).Soon());
        Assert.Equal("Healthy", await client.GetStringAsync(new Uri("/health/live", UriKind.Relative)).Soon());
        await app.StopAsync().Soon();
    }

    [Fact]
    public async Task A_host_has_workflows_of_every_form_and_schedules()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var (services, json) = (builder.Services, JsonSerializerOptions.Web);
        services.AddSingleton<Bank>().AddSingleton(TimeProvider.System);
        services.AddCano(options =>
        {
            options.SuspendGrace = TimeSpan.FromSeconds(10);
            options.Engine = new CanoEngineOptions { MaxRunning = 100, Json = json };
        });
        services
            .AddCano()
            .AddWorkflow<Step>("orders", orders => orders
                .RegisterWithCompensation<Step, ChargeCard, string>(Step.Charge)
                .Register<Step, SendParcel>(Step.Ship)
                .AddExitState(Step.Done))
            .AddWorkflow<Invoices>()
            .AddWorkflow<Deliveries>()
            .AddWorkflow<Step>("quotes", quotes => quotes
                .RegisterSplit(Step.Charge, [quotes.TaskOf<Step, AskNorth>(), quotes.TaskOf<Step, AskSouth>()],
                    JoinConfig.Create(JoinStrategy.Any, Step.Done))
                .AddExitState(Step.Done))
            .AddWorkflow<Step>("returns", (services, returns) => returns
                .WithResources(Resources.From(services).Insert("store", MemoryStore.Durable()))
                .RegisterChild(Step.Ship, services.GetRequiredKeyedService<Workflow<Step>>("orders"), Step.Charge,
                    context => context.Input<Parcel>(), (_, end) => Step.Done)
                .AddExitState(Step.Done))
            .AddSchedule((services, schedule) => schedule
                .Cron("monthly", services.GetRequiredKeyedService<Workflow<Step>>("invoices"), Step.Charge, "0 6 1 * *"));
        using var host = builder.Build();
        await host.StartAsync().Soon();
        var engine = host.Services.GetRequiredService<CanoEngine>();
        foreach (var (name, initial) in new[] { ("invoices", Step.Charge), ("deliveries", Step.Charge), ("quotes", Step.Charge), ("returns", Step.Ship) })
        {
            var workflow = host.Services.GetRequiredKeyedService<Workflow<Step>>(name);
            var run = await engine.StartAsync(workflow, initial, name, new Parcel("York"));
            Assert.Equal(Step.Done, await run.Completion().Soon());
        }

        var kept = await engine.DataAsync("deliveries");
        Assert.Equal("\"York\"", kept["town"]);
        Assert.NotNull(host.Services.GetRequiredService<RunningScheduler>().Status("monthly")!.NextOccurrence);
        await host.StopAsync().Soon();
    }

    [Fact]
    public async Task A_worker_runs_under_systemd()
    {
        var worker = Host.CreateApplicationBuilder();
        worker.Services.AddSystemd();                                 // Microsoft.Extensions.Hosting.Systemd
        worker.Services.AddCano().AddWorkflow<Invoices>();
        worker.Logging.ClearProviders();
        worker.Services.AddSingleton(TimeProvider.System);
        using var host = worker.Build();
        await host.StartAsync().Soon();
        await host.StopAsync().Soon();
    }

    [Fact]
    public void A_record_is_bound_without_a_container()
    {
        var bank = new Bank();
        var needs = new Resources().Insert("bank", bank).Insert("limit", 3).Bind<Needs>();
        Assert.Equal(new Needs(bank, 3, "York"), needs);
    }

    internal enum Step
    {
        Charge,
        Ship,
        Done,
    }

    internal sealed record Parcel(string Town);

    internal sealed class Bank;

    internal sealed record Needs(Bank Bank, [ResourceKey("limit")] int Retries, string Town = "York");

    private sealed class ChargeCard(Bank bank) : ICompensatableTask<Step, string>
    {
        public ValueTask<(Step Next, string Output)> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new((Step.Ship, $"{bank} charged under {context.EffectKey}"));

        public ValueTask CompensateAsync(TaskContext context, string output, CancellationToken cancellationToken) => default;
    }

    private sealed class SendParcel(ILogger<SendParcel> logger) : ITask<Step>
    {
        public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken)
        {
            logger.LogDebug("sent to {Town}", context.Input<Parcel>().Town);
            return new(Step.Done);
        }
    }

    private sealed class AskNorth : ITask<Step>
    {
        public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken) => new(Step.Done);
    }

    private sealed class AskSouth : ITask<Step>
    {
        public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken) => new(Step.Done);
    }

    internal sealed class Invoices(TimeProvider time) : IWorkflowDefinition<Step>
    {
        public string Name => "invoices";

        public Workflow<Step> Build(Workflow<Step> workflow) => workflow
            .Register(Step.Charge, context => time.GetUtcNow().Day == 1 ? Step.Ship : Step.Done)
            .Register<Step, SendParcel>(Step.Ship)
            .AddExitState(Step.Done);
    }

    internal sealed class Deliveries(IServiceProvider services) : IWorkflowDefinition<Step>
    {
        public string Name => "deliveries";

        public Workflow<Step> Build(Workflow<Step> workflow) => workflow
            .WithResources(Resources.From(services).Insert("store", MemoryStore.Durable()))
            .Register(Step.Charge, context =>
            {
                context.Store.Put("town", context.Input<Parcel>().Town);
                return Step.Ship;
            })
            .Register<Step, SendParcel>(Step.Ship)
            .AddExitState(Step.Done);
    }
}
