using Cano.Cluster.Servers;

namespace Cano.Cluster.Transactions;

/// <summary>Tasks that write to tables of the program's own in a transaction of the store.</summary>
public sealed class TransactionalTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(1);

    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task A_later_attempt_gets_what_the_first_one_committed_and_does_not_work_again()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Tried(
            async (context, token) =>
            {
                var receipt = await context.Transactional(
                    (connection, _) => schema.PayAsync(connection, context),
                    cancellationToken: token
                );
                _trail.Add(receipt);
                return context.Attempt < 3 ? throw new IOException("behind it") : Stage.End;
            }
        );
        await using var engine = await OpenAsync(store, "one", workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["receipt 1", "receipt 1", "receipt 1"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task What_the_work_throws_undoes_what_it_wrote_and_the_next_attempt_works_again()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Tried(
            async (context, token) =>
            {
                await context.Transactional(
                    async (connection, _) =>
                    {
                        await schema.PayAsync(connection, context);
                        _trail.Add(await schema.CountAsync("order-1"));
                        if (context.Attempt < 3)
                            throw new IOException("within it");
                    },
                    cancellationToken: token
                );
                return Stage.End;
            }
        );
        await using var engine = await OpenAsync(store, "one", workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        // Nobody else sees what is not committed.
        Assert.Equal(["0", "0", "0"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z27"), Trait("ID", "X1")]
    public async Task Who_lost_its_run_while_it_worked_commits_nothing_and_is_given_what_who_has_it_has_committed()
    {
        await using var schema = await Payments.CreateAsync();
        await using var here = await schema.OpenAsync();
        await using var there = await schema.OpenAsync();
        var (held, free) = (Paying(schema, _gate), Paying(schema, null));
        // Its beats are hours apart: nobody tells it.
        await using var one = await Orders.OpenAsync(here, "one", held, Orders.LongLease);
        await using var other = await OpenAsync(there, "other", free);
        await one.StartAsync(held, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        // One of its name joins: whatever it has is an orphan.
        await there.JoinAsync("one", s_lease);
        // Its transaction is still open, and holds nobody up.
        Assert.Equal(Stage.End, await other.Run(free, "order-1").Completion().Soon());
        _gate.Open();
        while (_trail.Marks.Count < 2)
            await Task.Yield();
        // The first one was drawn in vain.
        Assert.Equal(["receipt 2", "receipt 2"], _trail.Marks);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z27"), Trait("ID", "Z21")]
    public async Task Whichever_answer_is_lost_it_is_written_once_and_its_run_has_the_receipt_that_counts()
    {
        await using var schema = await Payments.CreateAsync();
        await using var relay = await Relay.OpenAsync();
        await using var store = await schema.OpenAsync(relay.ConnectionString);
        var answers = 0;
        var workflow = Orders.Tried(
            async (context, token) =>
            {
                if (context.Attempt == 1)
                    relay.Lose(1, after: answers);
                var receipt = await context.Transactional(
                    (connection, _) => schema.PayAsync(connection, context),
                    cancellationToken: token
                );
                context.SetOutput(receipt);
                return Stage.End;
            }
        );
        await using var engine = await OpenAsync(store, "one", workflow);
        for (; answers < 14; answers++)
        {
            var run = await engine.StartAsync(workflow, Stage.Start, $"order-{answers}").Soon();
            var receipt = await run.OutputAsync<string>().Soon();
            relay.Lose(0);
            Assert.Equal(1, await schema.CountAsync($"order-{answers}"));
            Assert.Equal(receipt, await schema.ReceiptAsync($"order-{answers}"));
        }
    }

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task A_second_call_of_a_body_has_a_name_of_its_own()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                await PayAsync(null);
                await PayAsync("fee");
                await PayAsync(context.RunId == "order-1" ? null : "tip");
                return Stage.End;

                async Task PayAsync(string? name) =>
                    _trail.Add(
                        await context.Transactional(
                            (connection, _) => schema.PayAsync(connection, context),
                            name,
                            token
                        )
                    );
            }
        );
        await using var engine = await OpenAsync(store, "one", workflow);
        var twice = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var refused = await Assert.ThrowsAnyAsync<CanoException>(() => twice.Completion().Soon());
        Assert.Contains("a name of its own", refused.Message, StringComparison.Ordinal);
        var named = await engine.StartAsync(workflow, Stage.Start, "order-2").Soon();
        Assert.Equal(Stage.End, await named.Completion().Soon());
        Assert.Equal(3, await schema.CountAsync("order-2"));
    }

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task Of_two_calls_of_one_name_at_once_one_is_refused_and_none_is_dropped()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Orders.Once(
            async (context, token) =>
            {
                var both = Enumerable
                    .Range(0, 2)
                    .Select(_ =>
                        context.Transactional(
                            (connection, _) => schema.PayAsync(connection, context),
                            cancellationToken: token
                        )
                    );
                await Task.WhenAll(both);
                return Stage.End;
            }
        );
        await using var engine = await OpenAsync(store, "one", workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var refused = await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        Assert.Contains("a name of its own", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task What_calls_gave_is_forgotten_with_their_run()
    {
        await using var schema = await Payments.CreateAsync();
        await using var store = await schema.OpenAsync();
        var workflow = Paying(schema, null);
        await using var engine = await OpenAsync(store, "one", workflow);
        foreach (var id in new[] { "order-1", "order-2" })
            await (await engine.StartAsync(workflow, Stage.Start, id).Soon()).Completion().Soon();
        Assert.Equal(2, await schema.Own.AskAsync<long>("select count(*) from cano.call"));
        await engine.ForgetAsync("order-1").Soon();
        Assert.Equal(1, await schema.Own.AskAsync<long>("select count(*) from cano.call"));
        Assert.Equal(1, await schema.CountAsync("order-1"));
    }

    [Fact]
    [Trait("ID", "Z27")]
    public async Task A_run_that_is_kept_elsewhere_is_told_so()
    {
        var workflow = Orders.Once(
            async (context, token) =>
            {
                await context.Transactional((_, _) => Task.CompletedTask, cancellationToken: token);
                return Stage.End;
            }
        );
        await using var engine = CanoEngine.InMemory();
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var refused = await Assert.ThrowsAnyAsync<CanoException>(() => run.Completion().Soon());
        Assert.Contains("is not kept in PostgreSQL", refused.Message, StringComparison.Ordinal);
    }

    private Workflow<Stage> Paying(Payments schema, Gate? gate) =>
        Orders.Tried(
            async (context, token) =>
            {
                var receipt = await context.Transactional(
                    async (connection, _) =>
                    {
                        var paid = await schema.PayAsync(connection, context);
                        // As a process that was paused.
                        await (gate?.HoldAsync() ?? Task.CompletedTask);
                        return paid;
                    },
                    cancellationToken: token
                );
                _trail.Add(receipt);
                return Stage.End;
            }
        );

    private static Task<CanoEngine> OpenAsync(
        ICheckpointStore store,
        string name,
        Workflow<Stage> workflow
    ) => Orders.OpenAsync(store, name, workflow, s_lease);
}
