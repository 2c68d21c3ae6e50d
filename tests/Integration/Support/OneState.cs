namespace Cano.Integration;

/// <summary>Workflows whose only state, Start, awaits something and goes on to End.</summary>
internal static class OneState
{
    /// <summary>The body is given the token of its attempt. It is tried once unless told otherwise.</summary>
    public static Workflow<Stage> Awaiting(Func<CancellationToken, Task> body, TaskConfig? config = null) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await body(token);
                    return Stage.End;
                },
                config ?? TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
}
