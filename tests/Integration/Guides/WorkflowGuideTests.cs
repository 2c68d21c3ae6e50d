using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Guides;

/// <summary>What docs/workflows.md shows: each of its snippets stands here, line by line, and runs.</summary>
public sealed class WorkflowGuideTests
{
    [Fact]
    public async Task Bodies()
    {
        var workflow = Workflow.Bare<Step>()
            .Register(Step.Reserve, context => Step.Charge)             // answers at once: the context is enough
            .Register(Step.Charge, async (context, token) =>            // awaits: context and token
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), context.TimeProvider, token);
                return Step.Ship;
            })
            .Register(Step.Ship, context => Step.Done, TaskConfig.Minimal, to: [Step.Done])
            .AddExitState(Step.Done);
        var time = new VirtualTime();
        var run = workflow.WithTimeProvider(time).OrchestrateAsync(Step.Reserve);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Step.Done, await run);
    }

    [Fact]
    [Trait("ID", "Y6")]
    public async Task A_saga_and_going_on_after_a_crash()
    {
        using var folder = new TempDirectory();
        var directory = folder.Path;
        var (bank, Console) = (new Bank(), new StringWriter());
        var shipping = CanoTask.From<Step>("ship", (_, _) => new(bank.HasCourier ? Step.Done : throw new IOException("no courier")), TaskConfig.Minimal);
        var order = Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("order")
            .RegisterWithCompensation(
                Step.Charge,
                async (context, token) =>
                {
                    var receipt = await bank.ChargeAsync(40, context.EffectKey, token);
                    return (Step.Ship, receipt);
                },
                async (context, receipt, token) => await bank.RefundAsync(receipt, context.EffectKey, token))
            .Register(Step.Ship, shipping)
            .AddExitState(Step.Done)
            .WithCheckpoints(directory);

        foreach (var (id, outcome) in await order.ResumeAllAsync(maxConcurrency: 16))
            Console.WriteLine($"{id}: {outcome}");
        Console.WriteLine(await order.OrchestrateAsync(Step.Charge, "order-42"));

        Assert.Equal("Done", Console.ToString().Trim());
        Assert.Equal(["charge 40 order-42/k/0"], EffectKeys.Told(bank.Book));

        // What was undone is forgotten, and its id free again.
        bank.HasCourier = false;
        Assert.True((await order.TryOrchestrateAsync(Step.Charge, "order-42")).IsLeft);
        bank.HasCourier = true;
        Assert.Equal(Step.Done, await order.OrchestrateAsync(Step.Charge, "order-42"));
        Assert.Equal(
            ["charge 40 order-42/k/0", "charge 40 order-42/k/0", "refund 40 order-42/k/0/undo", "charge 40 order-42/k/0"],
            EffectKeys.Told(bank.Book)
        );
        // Three runs of one id, and three keys.
        Assert.Equal(3, bank.Book.Where(line => line.StartsWith("charge", StringComparison.Ordinal)).Distinct().Count());

        // With nothing to undo, the run has failed: its rows stay, and it goes on when it is told to.
        bank.HasCourier = false;
        Assert.True((await order.TryOrchestrateAsync(Step.Ship, "order-43")).IsLeft);
        var taken = await Assert.ThrowsAsync<CanoException>(() => order.OrchestrateAsync(Step.Ship, "order-43"));
        Assert.Equal("checkpoint_store", taken.Error.Category);
        Assert.Contains("conflict", taken.Message, StringComparison.Ordinal);
        Assert.Contains("resume it, or begin under another id", taken.Message, StringComparison.Ordinal);
        bank.HasCourier = true;
        Assert.Empty(await order.ResumeAllAsync(maxConcurrency: 16));
        Assert.Equal(Step.Done, await order.ResumeFromAsync("order-43"));
        await FasterCheckpointStore.CloseAsync(directory);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task Many_at_once()
    {
        using var Console = new StringWriter();
        var (pages, web) = ((string[])["a", "b", "c"], new Web());
        var limiter = new RateLimiter(50, TimeSpan.FromSeconds(1));
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 5, ResetTimeout: TimeSpan.FromSeconds(30)));
        var careful = TaskConfig.Default.WithExponentialRetry(2).WithAttemptTimeout(TimeSpan.FromSeconds(10)).WithCircuitBreaker(breaker);

        var crawl = Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .RegisterSplit(
                Step.Reserve,
                context => pages.Select(page => CanoTask.From(page, async (branch, token) =>
                {
                    await limiter.AcquireAsync(1, token);
                    branch.Store.Put(page, await web.GetAsync(page, token));
                    return Step.Ship;
                }, careful)),
                JoinConfig.Create(JoinStrategy.Quorum(1), Step.Ship).WithBulkhead(4).WaitForAll())
            .Register(Step.Ship, context =>
            {
                foreach (var error in context.SplitResult!.Errors) Console.WriteLine($"{error.Name}: {error.Error.Message}");
                return Step.Done;
            })
            .AddExitState(Step.Done);

        // Delays pass; the attempt timeout of a page that is under way on another thread does not.
        var time = new VirtualTime();
        var delays = new ShortSpans(time, TimeSpan.FromSeconds(10));
        Assert.Equal(Step.Done, await time.DriveAsync(() => crawl.WithTimeProvider(delays).OrchestrateAsync(Step.Reserve)));
        Assert.Equal("c: IOException: no such page", Console.ToString().Trim());
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_branch_for_each_item()
    {
        using var Console = new StringWriter();
        var (couriers, web) = ((string[])["slow", "dear", "cheap"], new Web());
        var quotes = Workflow.Bare<Step>()
            .RegisterSplit(
                Step.Reserve,
                context => couriers,
                async (context, courier, token) => await web.AskAsync(courier, token),
                JoinStrategy.Quorum(2),
                (context, prices) => prices.Succeeded.Min(price => price.Value) < 50 ? Step.Ship : Step.Done,
                new SplitConfig { Timeout = TimeSpan.FromSeconds(30), Bulkhead = 8 })
            .Register(Step.Ship, context =>
            {
                var cheapest = context.BranchResults<string, int>().Succeeded.MinBy(price => price.Value);
                Console.WriteLine($"{cheapest.Item} for {cheapest.Value}");
                return Step.Done;
            })
            .AddExitState(Step.Done);
        Assert.Equal(Step.Done, await quotes.OrchestrateAsync(Step.Reserve));
        Assert.Equal("cheap for 40", Console.ToString().Trim());
    }

    [Fact]
    [Trait("ID", "W4")]
    public async Task How_far_it_is()
    {
        var (pages, web, screen) = ((string[])["a", "b"], new Web(), new RecordingObserver());
        var copying = Workflow.Bare<Step>()
            .Register(Step.Reserve, async (context, token) =>
            {
                for (var copied = 1; copied <= pages.Length; copied++)
                {
                    await web.GetAsync(pages[copied - 1], token);
                    context.ReportProgress(copied, pages.Length, "pages");
                }

                return Step.Done;
            })
            .AddExitState(Step.Done)
            .WithObserver(screen);
        Assert.Equal(Step.Done, await copying.OrchestrateAsync(Step.Reserve));
        Assert.Equal("2 of 2 pages", screen.Events.Last(seen => seen.Hook == "OnProgress").Detail);
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task Long_work_in_steps()
    {
        using var folder = new TempDirectory();
        var (directory, bank, rows) = (folder.Path, new Bank(), (string[])["x", "y"]);
        var import = Workflow.Bare<Step>()
            .WithName("import")
            .RegisterStepped<int>(Step.Reserve, async (context, cursor, token) =>
            {
                var row = cursor.Or(0);
                if (row == rows.Length) return StepOutcome.Done(Step.Done);
                await bank.BookAsync(rows[row], context.EffectKey, token);
                return StepOutcome.More(row + 1);
            })
            .AddExitState(Step.Done)
            .WithCheckpoints(directory);
        Assert.Equal(Step.Done, await import.OrchestrateAsync(Step.Reserve, "import-1"));
        Assert.Equal(["x import-1/k/0/s0", "y import-1/k/0/s1"], EffectKeys.Told(bank.Book));
        await FasterCheckpointStore.CloseAsync(directory);
    }

    [Fact]
    [Trait("ID", "Y28")]
    public async Task Calculations_at_the_speed_of_memory()
    {
        using var folder = new TempDirectory();
        var (directory, bank, rows) = (folder.Path, new Bank(), (int[])[40, 60]);
        var quote = Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("quote")
            .Register(Step.Reserve, context => Sum(context, rows))
            .Register(Step.Charge, context => Discount(context))
            .Register(Step.Ship, async (context, token) =>
            {
                await bank.BookAsync($"total {context.Store.Get<int>("total")}", context.EffectKey, token);
                return Step.Done;
            })
            .Pure(Step.Reserve, Step.Charge)
            .AddExitState(Step.Done)
            .WithCheckpoints(directory);
        Assert.Equal(Step.Done, await quote.OrchestrateAsync(Step.Reserve, "quote-1"));
        Assert.Equal(["total 90 quote-1/k/2"], EffectKeys.Told(bank.Book));
        await FasterCheckpointStore.CloseAsync(directory);

        static Step Sum(TaskContext context, int[] rows)
        {
            context.Store.Put("sum", rows.Sum());
            return Step.Charge;
        }

        static Step Discount(TaskContext context)
        {
            context.Store.Put("total", context.Store.Get<int>("sum") * 9 / 10);
            return Step.Ship;
        }
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_stream_stopped_by_Ctrl_C()
    {
        var sensor = Sensor(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var outcome = await Workflow.Bare<Step>()
            .RegisterStream(Step.Reserve, new Averages(sensor))
            .AddExitState(Step.Done)
            .TryOrchestrateAsync(Step.Reserve, stop.Token);
        outcome.IfRight(_ => Assert.Fail("not cancelled"));
        outcome.IfLeft(error => Assert.Equal("cancelled", error.Category));
        Assert.Equal(["3 readings, 1.2 on average", "1 readings, 1.4 on average"], Console.Lines);
    }

    [Fact]
    [Trait("ID", "L2")]
    public async Task Waiting()
    {
        var web = new Web();
        var waiting = Workflow.Bare<Step>()
            .RegisterPoll(Step.Reserve, async (context, token) =>
            {
                if (await web.IsReadyAsync(token)) return PollOutcome.Ready(Step.Charge);
                return PollOutcome.Pending(TimeSpan.FromSeconds(1));
            })
            .RegisterTimer(Step.Charge, TimeSpan.FromDays(3), Step.Ship)
            .RegisterRouter(Step.Ship, context => Step.Done)
            .AddExitState(Step.Done);
        var time = new VirtualTime();
        var run = waiting.WithTimeProvider(time).OrchestrateAsync(Step.Reserve);
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(Step.Done, await run);
    }

    internal sealed class Averages(IAsyncEnumerable<int> sensor) : IStreamTask<Step, int, double, int>
    {
        public StreamWindow Window => StreamWindow.Count(3);

        public IAsyncEnumerable<int> OpenAsync(TaskContext context, Cursor<int> cursor, CancellationToken token) =>
            sensor.Where(reading => reading > cursor.Or(0));

        public ValueTask<(double Output, int Cursor)> ProcessItemAsync(TaskContext context, int reading, CancellationToken token) =>
            new((reading / 10.0, reading));

        public ValueTask<WindowOutcome<Step>> FlushWindowAsync(TaskContext context, IReadOnlyList<double> outputs, CancellationToken token)
        {
            Console.WriteLine($"{outputs.Count} readings, {outputs.Average()} on average");
            return new(WindowOutcome.Continue);
        }

        public ValueTask<Step> OnCloseAsync(TaskContext context, StreamEnd reason, CancellationToken token) => new(Step.Done);
    }

    /// <summary>Four readings, then somebody presses Ctrl-C, and no more come.</summary>
    private static async IAsyncEnumerable<int> Sensor([EnumeratorCancellation] CancellationToken token)
    {
        for (var reading = 11; reading <= 14; reading++) yield return reading;
        Console.Press();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
    }

    /// <summary>The console that somebody sits at.</summary>
    private static class Console
    {
        public static event Action<object?, Key>? CancelKeyPress;

        public static List<string> Lines { get; } = [];

        public static void WriteLine(FormattableString line) => Lines.Add(FormattableString.Invariant(line));

        public static void Press() => CancelKeyPress?.Invoke(null, new Key());
    }

    private sealed class Key
    {
        public bool Cancel { get; set; }
    }

    private sealed class Bank
    {
        public List<string> Book { get; } = [];

        public bool HasCourier { get; set; } = true;

        public Task<int> ChargeAsync(int amount, string key, CancellationToken token)
        {
            Book.Add($"charge {amount} {key}");
            return Task.FromResult(amount);
        }

        public Task RefundAsync(int amount, string key, CancellationToken token) => BookAsync($"refund {amount}", key, token);

        public Task BookAsync(string row, string key, CancellationToken token)
        {
            Book.Add($"{row} {key}");
            return Task.CompletedTask;
        }
    }

    private sealed class Web
    {
        public Task<string> GetAsync(string page, CancellationToken token) =>
            page == "c" ? throw new IOException("no such page") : Task.FromResult($"<{page}>");

        public async Task<int> AskAsync(string courier, CancellationToken token)
        {
            if (courier == "slow")
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return courier == "cheap" ? 40 : 60;
        }

        public Task<bool> IsReadyAsync(CancellationToken token) => Task.FromResult(true);
    }
}
