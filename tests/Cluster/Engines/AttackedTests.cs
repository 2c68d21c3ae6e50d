using Cano.Cluster.Servers;
using Cano.Cluster.Transactions;

namespace Cano.Cluster.Engines;

/// <summary>Two engines at work while their connections are ended at random.</summary>
public sealed class AttackedTests
{
    private const int Runs = 200;
    private const long KillsMin = 40;

    private static readonly Signal<int> s_paid = new("paid");

    [PostgresFact]
    [Trait("ID", "Z21"), Trait("ID", "Z27"), Trait("ID", "Z30")]
    public async Task Whatever_is_killed_each_run_ends_with_all_its_rows_one_signal_and_one_payment_of_each_kind()
    {
        await using var schema = await Payments.CreateAsync();
        var way =
            $"{(await PostgresServer.SharedAsync()).ConnectionString};Application Name={schema.Own.Name}";
        await using var here = await schema.OpenAsync(way);
        await using var there = await schema.OpenAsync(way);
        var workflow = Paying(schema);
        await using var one = await Orders.OpenAsync(here, "one", workflow, Orders.LongLease);
        await using var other = await Orders.OpenAsync(there, "other", workflow, Orders.LongLease);
        using var over = new CancellationTokenSource();
        var killing = KillAsync(schema, over.Token);
        await Task.WhenAll(
            Enumerable
                .Range(0, Runs)
                .Select(n => Task.Run(() => EndAsync(n % 2 == 0 ? (one, other) : (other, one), workflow, n)))
        );
        await over.CancelAsync();
        Assert.InRange(await killing, KillsMin, long.MaxValue);
        for (var n = 0; n < Runs; n++)
        {
            var rows = await there.LoadRunAsync($"order-{n}");
            Assert.Equal(Enumerable.Range(0, rows.Count), rows.Select(row => (int)row.Sequence));
            Assert.Single(rows, row => row.Kind == RowKind.SignalTaken);
            Assert.Equal(2, await schema.CountAsync($"order-{n}"));
            Assert.Equal(
                await schema.Own.AskAsync<string>(
                    $"select 'receipt ' || max(receipt) from cano.payment where run_id = 'order-{n}'"
                ),
                await one.Run(workflow, $"order-{n}").OutputAsync<string>()
            );
        }
    }

    private static async Task EndAsync(
        (CanoEngine Starts, CanoEngine Sends) engines,
        Workflow<Stage> workflow,
        int number
    )
    {
        var id = $"order-{number}";
        await engines.Starts.StartAsync(workflow, Stage.Start, id).Soon();
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(_ => engines.Sends.SignalAsync(id, s_paid, number, signalId: "once").Soon())
        );
        // Either may bring it there; the other one hears of that with a beat, and none comes.
        var ended = await Task.WhenAny(
                engines.Starts.Run(workflow, id).Completion(),
                engines.Sends.Run(workflow, id).Completion()
            )
            .WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Stage.End, await ended);
    }

    /// <summary>Each run pays, waits for a signal, and pays again.</summary>
    private static Workflow<Stage> Paying(Payments schema)
    {
        var config = TaskConfig.Minimal.WithFixedRetry(1000, TimeSpan.FromMilliseconds(1));
        return Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Start, (context, token) => PayAsync(context, Stage.Next, token), config)
            .RegisterWait(Stage.Next, Wait.For<Stage>().On(s_paid, (_, _, _) => new(Stage.Work)))
            .Register(Stage.Work, (context, token) => PayAsync(context, Stage.End, token), config)
            .AddExitState(Stage.End);

        async Task<Stage> PayAsync(TaskContext context, Stage next, CancellationToken token)
        {
            var receipt = await context.Transactional(
                (connection, _) => schema.PayAsync(connection, context),
                cancellationToken: token
            );
            context.SetOutput(receipt);
            return next;
        }
    }

    /// <summary>Ends one connection, and the next one when there are more rows; how many.</summary>
    private static async Task<long> KillAsync(Payments schema, CancellationToken over)
    {
        var (killed, rows) = (0L, 0L);
        while (!over.IsCancellationRequested)
        {
            var now = await schema.Own.AskAsync<long>("select count(*) from cano.run_row");
            if (now < rows + 3)
                continue;
            rows = now;
            killed += await schema.Own.AskAsync<long>(
                $"""
                select count(pg_terminate_backend(pid)) from (
                    select pid from pg_stat_activity where application_name = '{schema.Own.Name}'
                    order by random() limit 1
                ) as t
                """
            );
        }

        return killed;
    }
}
