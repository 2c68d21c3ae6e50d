using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>Plain transitions: states in a row, and two that take turns.</summary>
public static class LinearWorkloads
{
    public static (string, Func<Workload>)[] All =>
        [
            ("linear10", () => Linear("linear10", 10, CancellationToken.None)),
            ("floor_linear10", () => Floor("floor_linear10", 10, CancellationToken.None)),
            ("linear100", () => Linear("linear100", 100, CancellationToken.None)),
            ("floor_linear100", () => Floor("floor_linear100", 100, CancellationToken.None)),
            ("linear10_token", () => Linear("linear10_token", 10, new CancellationTokenSource().Token)),
            ("floor_linear10_token", () => Floor("floor_linear10_token", 10, new CancellationTokenSource().Token)),
            ("loop2_10k", Loop),
            ("floor_loop2_10k", FloorLoop),
            ("store10", Store),
            ("floor_store10", FloorStore),
        ];

    private const int Transitions = 10_000;

    public enum Turn
    {
        Left,
        Right,
        Done,
    }

    private sealed class Counter
    {
        public int Value;
    }

    /// <summary>States are numbers; the one after the last is the exit.</summary>
    public static Workflow<int> Row(int states, Resources? resources = null, Action<TaskContext>? body = null)
    {
        var workflow = Workflow.Create<int>(resources).AddExitState(states);
        for (var i = 0; i < states; i++)
        {
            var next = i + 1;
            workflow = workflow.Register(
                i,
                (context, _) =>
                {
                    body?.Invoke(context);
                    return new ValueTask<int>(next);
                },
                TaskConfig.Minimal
            );
        }

        return workflow;
    }

    private static Workload Linear(string name, int states, CancellationToken token)
    {
        var workflow = Row(states);
        return new Workload(name, "transition", states, () => workflow.OrchestrateAsync(0, token));
    }

    private static Workload Floor(string name, int states, CancellationToken token)
    {
        var bodies = new Dictionary<int, Func<CancellationToken, ValueTask<int>>>();
        for (var i = 0; i < states; i++)
        {
            var next = i + 1;
            bodies[i] = _ => new ValueTask<int>(next);
        }

        return new Workload(name, "transition", states, () => FloorLoopAsync(bodies, 0, states, token));
    }

    private static async Task<TState> FloorLoopAsync<TState>(
        Dictionary<TState, Func<CancellationToken, ValueTask<TState>>> bodies,
        TState state,
        TState exit,
        CancellationToken token
    )
        where TState : notnull
    {
        while (!EqualityComparer<TState>.Default.Equals(state, exit))
        {
            token.ThrowIfCancellationRequested();
            state = await bodies[state](token);
        }

        return state;
    }

    private static Workload Loop()
    {
        var workflow = Workflow
            .Create<Turn>(new Resources().Insert("counter", new Counter()))
            .Register(Turn.Left, Count, TaskConfig.Minimal)
            .Register(Turn.Right, (_, _) => new ValueTask<Turn>(Turn.Left), TaskConfig.Minimal)
            .AddExitState(Turn.Done);
        return new Workload("loop2_10k", "transition", Transitions, () => workflow.OrchestrateAsync(Turn.Left));

        static ValueTask<Turn> Count(TaskContext context, CancellationToken token)
        {
            var counter = context.Get<Counter>("counter");
            counter.Value += 2;
            if (counter.Value < Transitions) return new(Turn.Right);
            counter.Value = 0;
            return new(Turn.Done);
        }
    }

    private static Workload FloorLoop()
    {
        // The counter is found by its key, as a resource is.
        var resources = new Dictionary<string, object> { ["counter"] = new Counter() };
        var bodies = new Dictionary<Turn, Func<CancellationToken, ValueTask<Turn>>>
        {
            [Turn.Left] = _ =>
            {
                var counter = (Counter)resources["counter"];
                counter.Value += 2;
                if (counter.Value < Transitions) return new(Turn.Right);
                counter.Value = 0;
                return new(Turn.Done);
            },
            [Turn.Right] = _ => new(Turn.Left),
        };
        return new Workload(
            "floor_loop2_10k",
            "transition",
            Transitions,
            () => FloorLoopAsync(bodies, Turn.Left, Turn.Done, CancellationToken.None)
        );
    }

    private static Workload Store()
    {
        var resources = new Resources().Insert("store", new MemoryStore());
        var workflow = Row(10, resources, PutAndGet);
        return new Workload("store10", "transition", 10, () => workflow.OrchestrateAsync(0));

        static void PutAndGet(TaskContext context)
        {
            var store = context.Store;
            store.Put("value", 42);
            if (store.Get<int>("value") != 42) throw new InvalidOperationException("The store lost a value.");
        }
    }

    private static Workload FloorStore()
    {
        var values = new System.Collections.Concurrent.ConcurrentDictionary<string, object>();
        var bodies = new Dictionary<int, Func<CancellationToken, ValueTask<int>>>();
        for (var i = 0; i < 10; i++)
        {
            var next = i + 1;
            bodies[i] = _ =>
            {
                values["value"] = 42;
                if ((int)values["value"] != 42) throw new InvalidOperationException("The store lost a value.");
                return new ValueTask<int>(next);
            };
        }

        return new Workload("floor_store10", "transition", 10, () => FloorLoopAsync(bodies, 0, 10, CancellationToken.None));
    }
}
