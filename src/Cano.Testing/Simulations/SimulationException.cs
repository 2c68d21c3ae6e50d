namespace Cano.Testing;

/// <summary>A seed broke what must hold, or a simulation could not go on. The message has the seed and the
/// timeline.</summary>
public sealed class SimulationException : Exception
{
    internal SimulationException(SimulatedRun run)
        : base(Told(run)) => Run = run;

    /// <summary>The run that broke it.</summary>
    public SimulatedRun Run { get; }

    /// <summary>The seed that replays it.</summary>
    public int Seed => Run.Seed;

    private static string Told(SimulatedRun run) =>
        string.Join(
            '\n',
            [
                .. run.Breaches.Select(breach => $"Seed {run.Seed}: {breach}."),
                run.ToString(),
                run.Timeline.ToString(),
                $"To see it again: Simulate.ReplayAsync(…, seed: {run.Seed}) with the same options.",
            ]
        );
}
