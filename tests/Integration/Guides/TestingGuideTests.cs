using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cano.Integration.Guides;

/// <summary>What docs/testing.md shows: each of its snippets stands here, line by line, and runs.</summary>
public sealed class TestingGuideTests
{
    [Fact]
    [Trait("ID", "R14")]
    public async Task One_task()
    {
        var bank = new CompensationLedger();
        var resources = new TestResources().Resources.Insert("bank", bank);
        var context = TestContext.For(resources, runId: "order-1", state: "Charge");
        var (next, receipt) = await context.RunAsync(new ChargeCard());
        Assert.Equal(Step.Ship, next);
        Assert.True(context.Store.Get<bool>("charged"));

        var again = TestContext.For(resources, runId: "order-1", state: "Charge", attempt: 2);
        await again.RunAsync(new ChargeCard());
        bank.AssertLeft("Charge");

        await context.CompensateAsync(new ChargeCard(), receipt);
        bank.AssertReversed();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task One_step()
    {
        var seen = new RecordingObserver();
        await Order.Workflow(new CompensationLedger()).WithObserver(seen).OrchestrateAsync(Step.Reserve);
        seen.AssertPath(Step.Reserve, Step.Charge, Step.Ship, Step.Done);
        seen.AssertCompletedWith(Step.Done);
        seen.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Failures_and_retries()
    {
        var flaky = FailingTask.OnAttempts([1, 2], Step.Done, TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero));
        var resources = new TestResources("database");
        var workflow = Workflow.Create<Step>(resources.Resources).Register(Step.Ship, flaky).AddExitState(Step.Done);
        await workflow.OrchestrateAsync(Step.Ship);
        Assert.Equal(3, flaky.CallCount);
        resources.AssertTornDown();
    }

    [Fact]
    public async Task Time()
    {
        var time = new VirtualTime();
        var workflow = Workflow.Bare<Step>().RegisterTimer(Step.Reserve, TimeSpan.FromDays(30), Step.Done).AddExitState(Step.Done);
        var run = workflow.WithTimeProvider(time).OrchestrateAsync(Step.Reserve);
        Assert.Equal(Step.Done, await time.RunAsync(run));
    }

    [Fact]
    public async Task A_hosted_workflow()
    {
        var time = new VirtualTime();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(time);             // the engine's clock
        builder.Services.AddCano().AddWorkflow<Payments>();
        using var host = builder.Build();
        await host.StartAsync();

        var engine = host.Services.GetRequiredService<CanoEngine>();
        var payments = host.Services.GetRequiredService<Workflow<Step>>();
        var paid = await engine.StartAsync(payments, Step.Charge, "order-1");
        await paid.SignalAsync(Payments.Paid, 21, "receipt-1");
        Assert.Equal(Step.Ship, await time.RunAsync(paid.Completion()));

        var unpaid = await engine.StartAsync(payments, Step.Charge, "order-2");
        Assert.Equal(Step.Done, await time.RunAsync(unpaid.Completion()));   // a week later
        await host.StopAsync();
    }

    [Fact]
    public async Task Rollback()
    {
        var ledger = new CompensationLedger();
        var outcome = await Order.Workflow(ledger, shipping: FailingTask.OnAttempts([1], Step.Done)).TryOrchestrateAsync(Step.Reserve);
        Assert.True(outcome.IsLeft);
        ledger.AssertReversed();
        ledger.AssertZero();
    }

    [Fact]
    public async Task Crash()
    {
        var disk = new MemoryCheckpointStore();
        var ledger = new CompensationLedger();
        var dying = new CrashingCheckpointStore(disk, append: 3, CrashPoint.AfterAppend);
        await Order.Workflow(ledger).WithCheckpointStore(dying).TryOrchestrateAsync(Step.Reserve, "order-1");
        await Order.Workflow(ledger).WithCheckpointStore(disk).ResumeFromAsync("order-1");
        ledger.AssertLeft("Reserve", "Charge", "Ship");
    }

    [Fact]
    public async Task Seeds()
    {
        var report = await Simulate.RunAsync(simulation =>
        {
            var bank = new CompensationLedger();
            simulation.Invariant("an order is paid and shipped, or nothing is", run => Order.Check(run, bank));
            return Order.Workflow(bank);
        }, Step.Reserve, seeds: 1000);
        Assert.True(report.FailedCount > 100, report.ToString());
    }

    [Fact]
    public async Task Replay()
    {
        using var Console = new StringWriter();
        var run = await Simulate.ReplayAsync(_ => Order.Workflow(new CompensationLedger()), Step.Reserve, seed: 17);
        Console.WriteLine(run.Timeline);
        Assert.Contains("the process starts the run", Console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Walks()
    {
        var reserved = ControlFlow.Of(Order.Workflow(new CompensationLedger())).StartAt(Step.Reserve).Succeed(Step.Charge);
        Assert.Equal("Charge", reserved.State);
        Assert.Equal(["Reserve"], reserved.ToUndo);
        Assert.Equal("cancelled", reserved.Cancel().Error!.Category);
        foreach (var walk in reserved.Explore(depth: 4)) Assert.True(walk.IsEnded || walk.Visit < 4);
    }

    internal sealed class Payments : IWorkflowDefinition<Step>
    {
        public static readonly Signal<int> Paid = new("paid");

        public string Name => "payments";

        public Workflow<Step> Build(Workflow<Step> workflow) => workflow
            .RegisterWait(Step.Charge, Wait.For<Step>().On(Paid, Step.Ship).After(TimeSpan.FromDays(7), Step.Done))
            .AddExitStates(Step.Ship, Step.Done);
    }
}
