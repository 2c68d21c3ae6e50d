using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Plain transitions: states in a row, and two that take turns.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("transition")]
public class LinearBenchmarks
{
    private const int Transitions = 10_000;
    private const int ManyTransitions = 10_000_000;

    private readonly Workflow<int> _ten = Rows.Of(10);
    private readonly Workflow<int> _hundred = Rows.Of(100);
    private readonly Workflow<Turn> _turns = Turns(Transitions);
    private readonly Workflow<Turn> _manyTurns = Turns(ManyTransitions);
    private readonly Workflow<int> _storing = Rows.Of(
        10,
        new Resources().Insert("store", new MemoryStore()),
        PutAndGet
    );
    private readonly Dictionary<int, Func<CancellationToken, ValueTask<int>>> _floorTen = Rows.Floor(10);
    private readonly Dictionary<int, Func<CancellationToken, ValueTask<int>>> _floorHundred = Rows.Floor(100);
    private readonly Dictionary<Turn, Func<CancellationToken, ValueTask<Turn>>> _floorTurns = FloorTurns(
        Transitions
    );
    private readonly Dictionary<Turn, Func<CancellationToken, ValueTask<Turn>>> _floorManyTurns = FloorTurns(
        ManyTransitions
    );
    private readonly Dictionary<int, Func<CancellationToken, ValueTask<int>>> _floorStoring =
        FloorPutsAndGets();
    private readonly CancellationToken _token = new CancellationTokenSource().Token;

    private enum Turn
    {
        Left,
        Right,
        Done,
    }

    [BenchmarkCategory("linear10")]
    [Benchmark(Description = "linear10", OperationsPerInvoke = 10)]
    public Task Linear10() => _ten.OrchestrateAsync(0);

    [BenchmarkCategory("linear10")]
    [Benchmark(Description = "floor_linear10", OperationsPerInvoke = 10, Baseline = true)]
    public Task FloorLinear10() => Rows.WalkAsync(_floorTen, 0, 10, CancellationToken.None);

    [BenchmarkCategory("linear100")]
    [Benchmark(Description = "linear100", OperationsPerInvoke = 100)]
    public Task Linear100() => _hundred.OrchestrateAsync(0);

    [BenchmarkCategory("linear100")]
    [Benchmark(Description = "floor_linear100", OperationsPerInvoke = 100, Baseline = true)]
    public Task FloorLinear100() => Rows.WalkAsync(_floorHundred, 0, 100, CancellationToken.None);

    [BenchmarkCategory("linear10_token")]
    [Benchmark(Description = "linear10_token", OperationsPerInvoke = 10)]
    public Task Linear10Token() => _ten.OrchestrateAsync(0, _token);

    [BenchmarkCategory("linear10_token")]
    [Benchmark(Description = "floor_linear10_token", OperationsPerInvoke = 10, Baseline = true)]
    public Task FloorLinear10Token() => Rows.WalkAsync(_floorTen, 0, 10, _token);

    [BenchmarkCategory("loop2_10k")]
    [Benchmark(Description = "loop2_10k", OperationsPerInvoke = Transitions)]
    public Task Loop() => _turns.OrchestrateAsync(Turn.Left);

    [BenchmarkCategory("loop2_10k")]
    [Benchmark(Description = "floor_loop2_10k", OperationsPerInvoke = Transitions, Baseline = true)]
    public Task FloorLoop() => Rows.WalkAsync(_floorTurns, Turn.Left, Turn.Done, CancellationToken.None);

    [BenchmarkCategory("loop2_10m")]
    [Benchmark(Description = "loop2_10m", OperationsPerInvoke = ManyTransitions)]
    public Task LongLoop() => _manyTurns.OrchestrateAsync(Turn.Left);

    [BenchmarkCategory("loop2_10m")]
    [Benchmark(Description = "floor_loop2_10m", OperationsPerInvoke = ManyTransitions, Baseline = true)]
    public Task FloorLongLoop() =>
        Rows.WalkAsync(_floorManyTurns, Turn.Left, Turn.Done, CancellationToken.None);

    [BenchmarkCategory("store10")]
    [Benchmark(Description = "store10", OperationsPerInvoke = 10)]
    public Task Store() => _storing.OrchestrateAsync(0);

    [BenchmarkCategory("store10")]
    [Benchmark(Description = "floor_store10", OperationsPerInvoke = 10, Baseline = true)]
    public Task FloorStore() => Rows.WalkAsync(_floorStoring, 0, 10, CancellationToken.None);

    private static Workflow<Turn> Turns(int transitions)
    {
        return Workflow
            .Create<Turn>(new Resources().Insert("counter", new Counter(transitions)))
            .Register(Turn.Left, Count, TaskConfig.Minimal)
            .Register(Turn.Right, (_, _) => new ValueTask<Turn>(Turn.Left), TaskConfig.Minimal)
            .AddExitState(Turn.Done);

        static ValueTask<Turn> Count(TaskContext context, CancellationToken token) =>
            new(context.Get<Counter>("counter").Next());
    }

    private static Dictionary<Turn, Func<CancellationToken, ValueTask<Turn>>> FloorTurns(int transitions)
    {
        // The counter is found by its key, as a resource is.
        var resources = new Dictionary<string, object> { ["counter"] = new Counter(transitions) };
        return new()
        {
            [Turn.Left] = _ => new(((Counter)resources["counter"]).Next()),
            [Turn.Right] = _ => new(Turn.Left),
        };
    }

    private static void PutAndGet(TaskContext context)
    {
        var store = context.Store;
        store.Put("value", 42);
        if (store.Get<int>("value") != 42)
            throw new InvalidOperationException("The store lost a value.");
    }

    private static Dictionary<int, Func<CancellationToken, ValueTask<int>>> FloorPutsAndGets()
    {
        var values = new ConcurrentDictionary<string, object>();
        return Rows.Floor(
            10,
            next =>
                _ =>
                {
                    values["value"] = 42;
                    if ((int)values["value"] != 42)
                        throw new InvalidOperationException("The store lost a value.");
                    return new ValueTask<int>(next);
                }
        );
    }

    private sealed class Counter(int transitions)
    {
        private int _value;

        /// <summary>Two transitions are done; the last turn starts anew.</summary>
        public Turn Next()
        {
            _value += 2;
            if (_value < transitions)
                return Turn.Right;
            _value = 0;
            return Turn.Done;
        }
    }
}
