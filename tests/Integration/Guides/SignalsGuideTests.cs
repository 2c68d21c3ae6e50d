using Cano.Testing;

namespace Cano.Integration.Guides;

/// <summary>The snippets of docs/signals.md.</summary>
public sealed class SignalsGuideTests : IDisposable
{
    private static readonly Signal<Approval> Approve = new("approve");
    private static readonly Signal<Refusal> Refuse = new("refuse");

    private readonly TempDirectory _folder = new();

    private enum Step { Reserve, Asked, Reminded, LastCall, Pay, Paid, Refused, Expired }

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "U1"), Trait("ID", "U2"), Trait("ID", "U3")]
    public async Task A_run_waits_and_goes_on_with_what_it_is_sent()
    {
        var expenses = Expenses();
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(expenses);
        var run = await engine.StartAsync(expenses, Step.Asked, "trip-7");

        await engine.SignalAsync("trip-7", Approve, new Approval("ada", 120m), signalId: "click-31");
        await run.SignalAsync(Approve, new Approval("ada", 120m), "click-31");      // the same click: nothing more happens

        Assert.Equal(Step.Paid, await run.Completion().Soon());
        Assert.Equal("ada", await run.OutputAsync<string>());
        Assert.Single(await engine.HistoryAsync("trip-7"), row => row.Kind == RowKind.SignalTaken);
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task A_run_that_nobody_decides_is_reminded_of_and_is_over()
    {
        var time = new VirtualTime();
        await using var engine = CanoEngine.InMemory(new() { TimeProvider = time });
        var expenses = Expenses();
        engine.Add(expenses);
        var run = await engine.StartAsync(expenses, Step.Asked, "trip-7");
        Assert.Equal(Step.Expired, await time.RunAsync(run.Completion()).Soon());
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task A_deadline_leads_to_a_state_that_fails_and_so_undoes()
    {
        var (time, hotel) = (new VirtualTime(), new Hotel());
        var booking = Workflow.Bare<Step>()
            .WithName("booking")
            .RegisterWithCompensation(
                Step.Reserve,
                async (context, token) => (Step.Asked, await hotel.ReserveAsync(context.EffectKey, token)),
                async (context, room, token) => await hotel.ReleaseAsync(room, context.EffectKey, token))
            .RegisterWait(Step.Asked, Wait.For<Step>().On(Approve, Step.Paid).After(TimeSpan.FromDays(2), Step.Expired))
            .Register(Step.Expired, _ => throw new TimeoutException("nobody approved within two days"), TaskConfig.Minimal)
            .AddExitState(Step.Paid);
        await using var engine = CanoEngine.InMemory(new() { TimeProvider = time });
        engine.Add(booking);
        var run = await engine.StartAsync(booking, Step.Reserve, "trip-7");
        var error = await Failures.OfAsync(time.RunAsync(run.Completion()).Soon());
        var info = await engine.FindAsync("trip-7");
        Assert.Equal(("task_execution", RunStatus.RolledBack), (error.Category, info!.Status));
        Assert.Equal(["reserve", "release"], hotel.Calls);
    }

    [Fact]
    [Trait("ID", "U12")]
    public async Task A_body_cancels_its_own_run_and_all_is_undone()
    {
        var (hotel, told) = (new Hotel(), false);
        await using var engine = CanoEngine.InMemory();
        var booking = Workflow.Bare<Step>()
            .WithName("booking")
            .RegisterWithCompensation(
                Step.Reserve,
                async (context, token) => (Step.Pay, await hotel.ReserveAsync(context.EffectKey, token)),
                async (context, room, token) => await hotel.ReleaseAsync(room, context.EffectKey, token))
            .Register(Step.Pay, async (context, token) =>
            {
                await engine.CancelAsync(context.RunId, "the card is stolen", CancellationToken.None);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, token).ContinueWith(_ => told = true, TaskScheduler.Default);
                return Step.Paid;
            })
            .AddExitState(Step.Paid);
        engine.Add(booking);
        var run = await engine.StartAsync(booking, Step.Reserve, "trip-7");
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        var info = await engine.FindAsync("trip-7");
        Assert.Equal((RunStatus.Cancelled, "the card is stolen", true), (info!.Status, info.CancelReason, told));
        Assert.Equal(["reserve", "release"], hotel.Calls);
    }

    [Fact]
    [Trait("ID", "U3"), Trait("ID", "U5")]
    public async Task An_id_that_was_taken_before_is_accepted_until_the_run_has_ended()
    {
        var expenses = Expenses();
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        await using var inMemory = CanoEngine.InMemory();
        foreach (var each in new[] { engine, inMemory })
        {
            each.Add(expenses);
            var run = await each.StartAsync(expenses, Step.Asked, "trip-7");
            await run.SignalAsync(Approve, new Approval("ada", 120m), "click-31");
            await run.Completion().Soon();
            var again = await Assert.ThrowsAsync<CanoException>(() => run.SignalAsync(Approve, new Approval("ada", 120m), "click-31"));
            Assert.Equal("run_ended", again.Error.Category);
        }
    }

    [Fact]
    [Trait("ID", "U11")]
    public async Task A_run_begins_with_its_first_signal()
    {
        var add = new Signal<int>("add");
        var counts = Workflow.Bare<Step>()
            .WithName("counts")
            .RegisterWait(Step.Asked, Wait.For<Step>().On(add, (_, added) => added == 0 ? Step.Paid : Step.Asked, [Step.Asked, Step.Paid]))
            .AddExitState(Step.Paid);
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(counts);

        var count = await engine.SignalOrStartAsync(counts, Step.Asked, "visitors", add, 1, signalId: "visitor-1");

        await count.SignalAsync(add, 0);
        Assert.Equal(Step.Paid, await count.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "U12")]
    public async Task What_a_run_never_took_is_told_with_its_end()
    {
        using var Console = new StringWriter();
        await using var engine = await CanoEngine.OpenAsync(_folder.Path, new() { Observers = [new Leftovers(Console)] });
        var expenses = Expenses();
        engine.Add(expenses);
        var run = await engine.StartAsync(expenses, Step.Asked, "trip-7", new StartOptions { NotBefore = DateTimeOffset.MaxValue });
        await run.SignalAsync(Approve, new Approval("ada", 120m));
        await run.CancelAsync();
        await Failures.OfAsync(run.Completion().Soon());
        await engine.DisposeAsync();
        Assert.Equal("trip-7 never took 1", Console.ToString().Trim());
    }

    [Fact]
    [Trait("ID", "U9")]
    public async Task A_simulation_sends_signals()
    {
        var options = new SimulationOptions()
            .WithSignal(Approve, new Approval("ada", 1m), new Approval("bob", 2m))
            .WithSignal(Refuse, new Refusal("cem", "too dear"));
        var report = await Simulate.RunAsync(_ => Expenses(), Step.Asked, seeds: 200, options);

        Assert.True(report.CompletedCount > 0, report.ToString());
    }

    private static Workflow<Step> Expenses()
    {
        var asked = Wait.For<Step>()
            .On(Approve, (context, approval) =>
            {
                context.Store.Put("by", approval.By);
                return Step.Pay;
            }, to: [Step.Pay])
            .On(Refuse, Step.Refused);

        var expenses = Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("expenses")
            .RegisterWait(Step.Asked, asked.After(TimeSpan.FromDays(2), Step.Reminded))
            .Register(Step.Reminded, _ => Step.LastCall)               // writes to whoever should decide
            .RegisterWait(Step.LastCall, asked.After(TimeSpan.FromDays(5), Step.Expired))
            .Register(Step.Pay, context =>
            {
                context.SetOutput(context.Store.Get<string>("by"));
                return Step.Paid;
            })
            .AddExitStates(Step.Paid, Step.Refused, Step.Expired);

        return expenses;
    }

    private sealed record Approval(string By, decimal Amount);

    private sealed record Refusal(string By, string Reason);

    private sealed class Hotel
    {
        public List<string> Calls { get; } = [];

        public Task<string> ReserveAsync(string key, CancellationToken token) => CallAsync("reserve", key, token);

        public Task ReleaseAsync(string room, string key, CancellationToken token) => CallAsync("release", room + key, token);

        private Task<string> CallAsync(string call, string key, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            Calls.Add(call);
            return Task.FromResult($"room for {key}");
        }
    }

    private sealed class Leftovers(StringWriter Console) : IWorkflowObserver
    {
        public void OnRunEnd(RunPoint at, RunEnd end)
        {
            if (end.SignalsLeft > 0)
                Console.WriteLine($"{end.RunId} never took {end.SignalsLeft}");
        }
    }
}
