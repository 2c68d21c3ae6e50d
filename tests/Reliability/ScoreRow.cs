namespace Cano.Reliability;

/// <summary>One row of the scoreboard: a claim about reliability, and the experiment that tries to break
/// it.</summary>
/// <param name="Number">Its number on the scoreboard.</param>
/// <param name="Name">The word that runs it.</param>
/// <param name="Claim">What must hold.</param>
/// <param name="QuickCount">How many trials run in CI.</param>
/// <param name="FullCount">How many trials make the full proof.</param>
/// <param name="RunAsync">Runs the trials and returns the figures; throws <see cref="Broken"/> when the claim
/// does not hold.</param>
internal sealed record ScoreRow(
    int Number,
    string Name,
    string Claim,
    int QuickCount,
    int FullCount,
    Func<Trials, Task<string>> RunAsync
)
{
    /// <summary>Whether it can be over after a time.</summary>
    public bool IsTimed { get; init; }
}

/// <summary>How often a row tries, and from which seed.</summary>
/// <param name="Count">The number of trials.</param>
/// <param name="Seed">Every trial's randomness comes from this and the trial's number alone.</param>
internal sealed record Trials(int Count, int Seed)
{
    /// <summary>When it is over although trials are left; null: never.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>The randomness of one trial, the same in every process.</summary>
    public Random Chance(int trial) => new(unchecked((Seed * 486_187_739) + trial));
}

/// <summary>A claim does not hold. The message says in which trial and how.</summary>
internal sealed class Broken(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Throws unless the condition holds.</summary>
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new Broken(message);
    }
}
