namespace Cano.Integration.Guides;

/// <summary>The snippets of docs/runs.md.</summary>
public sealed class RunsGuideTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_started_and_held()
    {
        var directory = _folder.Path;
        var orders = Orders();
        var purchase = new Purchase("ada", 21);
        await using var engine = await CanoEngine.OpenAsync(directory);
        engine.Add(orders);                                       // it has a name

        var run = await engine.StartAsync(orders, Step.Reserve, "order-17", purchase);
        var exit = await run.Completion();                        // or not: the run goes on by itself
        var receipt = await run.OutputAsync<Receipt>();
        Assert.Equal((Step.Done, 21), (exit, receipt.Cents));
    }

    [Fact]
    public async Task Two_versions_stand_side_by_side()
    {
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        var (ordersV1, orders) = (Orders(), Orders().WithWorkflowVersion(2));
        engine.Add(orders).Add(ordersV1);                         // both versions stand side by side
        await foreach (var end in engine.ResumeAsync())
            Console.WriteLine(end);
        Assert.Equal(["orders"], engine.WorkflowNames);
    }

    [Fact]
    public async Task Runs_are_listed_found_cancelled_and_retried()
    {
        var orders = Orders();
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(orders);
        using var Console = new StringWriter();
        var run = await engine.StartAsync(orders, Step.Reserve, "order-17", new Purchase("ada", 21));
        await run.Completion();

        await foreach (var troubled in engine.ListAsync(RunQuery.NeedsAttention))
            Console.WriteLine(troubled.Held ?? troubled.Damage ?? troubled.ToString());

        var customers = new RunQuery { Tags = new Dictionary<string, string> { ["customer"] = "ada" }, Limit = 50 };
        RunInfo? last = null;
        await foreach (var info in engine.ListAsync(customers))
            last = info;
        var nextPage = customers with { After = last };           // pages by the last run of the page before

        var counts = await engine.CountAsync(RunQuery.Unfinished); // by status
        var found = await engine.FindAsync("order-17");           // all that is known of one; null: no such run

        var receipt = await engine.Run(orders, "order-17").OutputAsync<Receipt>();

        Assert.Equal(21, receipt.Cents);
        Assert.Equal("", Console.ToString());
        Assert.Empty(counts);
        Assert.Null(nextPage.After);
        Assert.Equal(RunStatus.Completed, found!.Status);

        await engine.CancelAsync("order-17", "the customer changed her mind");
        await engine.ForgetAsync("order-17");                     // or leave it to the retention
        Assert.Null(await engine.FindAsync("order-17"));
    }

    [Fact]
    public async Task A_failed_run_is_retried_when_the_cause_is_mended()
    {
        var isMended = false;
        var orders = Workflow.Bare<Step>()
            .WithName("orders")
            .Register(Step.Reserve, _ => isMended ? Step.Done : throw new IOException("no stock"), TaskConfig.Minimal)
            .AddExitState(Step.Done);
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(orders);
        var run = await engine.StartAsync(orders, Step.Reserve, "order-17");
        await Failures.OfAsync(run.Completion());
        isMended = true;

        await foreach (var failed in engine.ListAsync(new RunQuery { WorkflowName = "orders", Statuses = [RunStatus.Failed] }))
            await engine.RetryAsync(failed.RunId);                // returns when a row says so

        Assert.Equal(Step.Done, await run.Completion());
    }

    [Fact]
    public async Task A_service_stops_and_undoes_nothing()
    {
        var directory = _folder.Path;
        using var Console = new StringWriter();
        var options = new CanoEngineOptions
        {
            StopGrace = TimeSpan.FromSeconds(10),                 // less than the host's own timeout
            Retention = Retention.KeepFor(TimeSpan.FromDays(30)),
            MaxRunning = 200,
        };
        await using var engine = await CanoEngine.OpenAsync(directory, options);

        var rest = await engine.SuspendAsync();
        foreach (var id in rest.StillRunning)
            Console.WriteLine($"{id} outlasted the grace; its body is begun again");

        Assert.True(rest.Clean);
    }

    [Fact]
    public async Task A_web_service_suspends_behind_its_requests()
    {
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        var app = new App();

        await app.RunAsync();
        await engine.SuspendAsync();                              // or an IHostedService's StopAsync

        Assert.Equal("suspended", (await Failures.OfAsync(engine.StartAsync(Orders(), Step.Reserve, "order-17", new Purchase("ada", 21)))).Category);
    }

    [Fact]
    public async Task A_member_that_came_later_is_read_from_older_rows()
    {
        var first = Orders();
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(first);
        var run = await engine.StartAsync(first, Step.Reserve, "order-17", new Purchase("ada", 21));
        var receipt = await run.OutputAsync<LaterReceipt>();
        Assert.Equal((21, null), (receipt.Cents, receipt.Points));
    }

    [Fact]
    public async Task The_first_step_settles_what_was_done_without_an_answer()
    {
        var bank = new Bank();
        var orders = Workflow.Bare<Step>()
            .WithName("orders")
            .RegisterWithCompensation(
                Step.Reserve,                                         // does nothing yet: its undo comes last, and settles
                (context, _) => Task.FromResult((Step.Charge, context.RunId)),
                async (context, order, token) =>
                {
                    if (await bank.FindAsync(order, token) is { } charge)     // charged, and its answer was lost
                        await bank.RefundAsync(charge, context.EffectKey, token);
                })
            .RegisterWithCompensation(
                Step.Charge,
                async (context, token) => (Step.Done, await bank.ChargeAsync(context.RunId, context.EffectKey, token)),
                async (context, charge, token) => await bank.RefundAsync(charge, context.EffectKey, token),
                TaskConfig.Minimal)
            .AddExitState(Step.Done);
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        engine.Add(orders);
        var run = await engine.StartAsync(orders, Step.Reserve, "order-17");
        await Failures.OfAsync(run.Completion());
        Assert.Equal(RunStatus.RolledBack, (await engine.FindAsync("order-17"))!.Status);
        Assert.Equal((1, 0), (bank.Charged, bank.Standing.Count));
    }

    [Fact]
    public async Task An_empty_id_is_no_error_of_the_engine()
    {
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        var orders = Orders();
        engine.Add(orders);
        await Assert.ThrowsAsync<ArgumentException>(() => engine.GetOrStartAsync(orders, Step.Reserve, "", new Purchase("ada", 21)));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.StartAsync(orders, Step.Reserve, "", new Purchase("ada", 21)));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.FindAsync(""));
    }

    /// <summary>Charges, and loses the answer.</summary>
    private sealed class Bank
    {
        public HashSet<string> Standing { get; } = [];

        public int Charged { get; private set; }

        public Task<string> ChargeAsync(string order, string key, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            Charged++;
            Standing.Add(order);
            throw new IOException($"no answer for {key}");
        }

        public Task<string?> FindAsync(string order, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            return Task.FromResult(Standing.Contains(order) ? order : null);
        }

        public Task RefundAsync(string charge, string key, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            Assert.NotEqual("", key);
            Standing.Remove(charge);
            return Task.CompletedTask;
        }
    }

    private sealed class App
    {
        public Task RunAsync() => Task.CompletedTask;
    }

    private sealed record LaterReceipt(int Cents)
    {
        public int? Points { get; init; }                         // came later: an older row has none
    }

    private static Workflow<Step> Orders() =>
        Workflow
            .Bare<Step>()
            .WithName("orders")
            .Register(
                Step.Reserve,
                context =>
                {
                    context.SetOutput(new Receipt(context.Input<Purchase>().Cents));
                    return Step.Done;
                }
            )
            .AddExitState(Step.Done)
            .Accepts<Purchase>()
            .Returns<Receipt>();

    private sealed record Purchase(string Customer, int Cents);

    private sealed record Receipt(int Cents);
}
