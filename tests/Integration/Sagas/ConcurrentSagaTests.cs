using System.Collections.Concurrent;

namespace Cano.Integration.Sagas;

/// <summary>Sagas at the same time over one ledger.</summary>
public sealed class ConcurrentSagaTests
{
    private const int SagaCount = 40;
    private const int FundsAtStart = 25;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _accounts = new()
    {
        ["stock"] = FundsAtStart,
        ["money"] = FundsAtStart,
        ["vans"] = FundsAtStart,
    };
    private readonly MemoryCheckpointStore _store = new();
    private readonly ConcurrentDictionary<string, int> _broken = new();
    private readonly Lazy<Workflow<string>> _workflow;
    private int _lowest = FundsAtStart;

    public ConcurrentSagaTests() => _workflow = new(Sagas);

    [Fact]
    [Trait("ID", "G17")]
    public async Task Concurrent_sagas_that_fail_at_every_step_leave_a_shared_ledger_full()
    {
        var errors = await Task.WhenAll(
            Enumerable
                .Range(0, SagaCount)
                .Select(i => Task.Run(() => Failures.OfAsync(RunAsync(i, broken: i % 4))))
        );
        Assert.All(_accounts.Values, balance => Assert.Equal(FundsAtStart, balance));
        Assert.All(errors, error => Assert.Equal("task_execution", error.Category));
        Assert.InRange(_lowest, 0, FundsAtStart - 1);
    }

    [Fact]
    [Trait("ID", "G17"), Trait("ID", "A20")]
    public async Task Those_that_complete_keep_what_they_took_and_the_balance_is_never_negative()
    {
        // More sagas than there are funds: some fail for want of them, whatever their order.
        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, SagaCount)
                .Select(i => Task.Run(() => TryAsync(i, broken: i % 5 == 0 ? 3 : -1)))
        );
        var completed = runs.Count(isDone => isDone);
        Assert.All(_accounts.Values, balance => Assert.Equal(FundsAtStart - completed, balance));
        Assert.InRange(completed, 1, FundsAtStart);
        Assert.True(_lowest >= 0, $"{_lowest}");
    }

    private async Task<bool> TryAsync(int saga, int broken)
    {
        try
        {
            await RunAsync(saga, broken);
            return true;
        }
        catch (CanoException failure) when (failure.Error.Category == "task_execution")
        {
            return false;
        }
    }

    /// <summary>One workflow value for all: what is broken is known by the run's id.</summary>
    private Task<string> RunAsync(int saga, int broken)
    {
        _broken[$"saga-{saga}"] = broken;
        return _workflow.Value.OrchestrateAsync("stock", $"saga-{saga}");
    }

    private Workflow<string> Sagas()
    {
        var workflow = Workflow.Bare<string>().AddExitState("end").WithCheckpointStore(_store);
        string[] steps = ["stock", "money", "vans"];
        for (var i = 0; i < steps.Length; i++)
        {
            var (step, account, next) = (i, steps[i], i + 1 < steps.Length ? steps[i + 1] : "last");
            workflow = workflow.RegisterWithCompensation<string>(
                account,
                async (context, _) =>
                {
                    await Task.Yield();
                    if (IsBroken(context, step))
                        throw new IOException("broken");
                    Move(account, -1);
                    return (next, $"{context.RunId} {account}");
                },
                async (context, output, _) =>
                {
                    await Task.Yield();
                    Assert.Equal($"{context.RunId} {account}", output);
                    Move(account, 1);
                },
                TaskConfig.Minimal
            );
        }

        return workflow.Register(
            "last",
            context => IsBroken(context, steps.Length) ? throw new IOException("broken") : "end",
            TaskConfig.Minimal
        );
    }

    private bool IsBroken(TaskContext context, int step) => _broken[context.RunId] == step;

    private void Move(string account, int by)
    {
        lock (_gate)
        {
            if (_accounts[account] + by < 0)
                throw new IOException("no funds");
            _accounts[account] += by;
            _lowest = Math.Min(_lowest, _accounts[account]);
        }
    }
}
