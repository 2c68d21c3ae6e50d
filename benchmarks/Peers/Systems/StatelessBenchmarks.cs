using BenchmarkDotNet.Attributes;
using Stateless;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A state machine, built once, whose state lies outside it, so that each run begins anew.</summary>
[Peer("Stateless", typeof(StateMachine<,>))]
[Unit("transition")]
public class StatelessBenchmarks
{
    private const int States = 10;

    private readonly StateMachine<int, Trigger> _machine;
    private int _state;

    public StatelessBenchmarks()
    {
        _machine = new StateMachine<int, Trigger>(() => _state, state => _state = state);
        _machine.Configure(0).Permit(Trigger.Next, 1);
        for (var i = 1; i < States; i++)
            _machine.Configure(i).OnEntryAsync(() => Task.CompletedTask).Permit(Trigger.Next, i + 1);
        _machine.Configure(States).OnEntryAsync(() => Task.CompletedTask);
    }

    private enum Trigger
    {
        Next,
    }

    /// <summary>Nothing drives a machine: a loop fires the ten triggers.</summary>
    [Benchmark(Description = "linear10", OperationsPerInvoke = States)]
    public async Task Linear10()
    {
        _state = 0;
        while (_state != States)
            await _machine.FireAsync(Trigger.Next);
    }
}
