namespace Cano.Benchmarks.Workloads;

/// <summary>States in a row, as a workflow and as one writes them by hand.</summary>
internal static class Rows
{
    /// <summary>States are numbers; the one after the last is the exit.</summary>
    public static Workflow<int> Of(int states, Resources? resources = null, Action<TaskContext>? body = null)
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

    /// <summary>A delegate for each state; `body` makes one that answers with the state given.</summary>
    public static Dictionary<int, Func<CancellationToken, ValueTask<int>>> Floor(
        int states,
        Func<int, Func<CancellationToken, ValueTask<int>>> body
    ) => Enumerable.Range(0, states).ToDictionary(state => state, state => body(state + 1));

    /// <summary>Delegates that do nothing else.</summary>
    public static Dictionary<int, Func<CancellationToken, ValueTask<int>>> Floor(int states) =>
        Floor(states, next => _ => new ValueTask<int>(next));

    /// <summary>A loop over the delegates.</summary>
    public static async Task<TState> WalkAsync<TState>(
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
}
