using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>Examples at a terminal are killed again and again, at moments they do not choose, and begun again
/// until they have come to their ends.</summary>
/// <param name="log">Has the seed, and each death.</param>
/// <param name="linesMax">At most so many lines are printed before a death.</param>
/// <param name="afterMax">At most so many milliseconds ago, the last of them.</param>
internal sealed class Killings(ITestOutputHelper log, int linesMax, int afterMax)
{
    private const int Kills = 15;

    /// <param name="begin">A program in a folder of its own, once more when one has come to its end.</param>
    public async Task RepeatAsync(Func<string, IKilledProgram> begin)
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var moments = new Random(seed);
        for (var kills = 0; kills < Kills; )
            kills += await KillUntilEndedAsync(begin, moments);
    }

    /// <returns>How many it took.</returns>
    private async Task<int> KillUntilEndedAsync(Func<string, IKilledProgram> begin, Random moments)
    {
        using var folder = new TempDirectory();
        var program = begin(folder.Path);
        for (var kills = 0; ; kills++)
        {
            var death = new Death(
                moments.Next(1, linesMax),
                TimeSpan.FromMilliseconds(moments.Next(afterMax))
            );
            var (printed, hasEnded) = await program.RunAsync(moments, death);
            log.WriteLine($"{death}: {printed.Count} lines");
            program.Check(printed);
            if (!hasEnded)
                continue;
            log.WriteLine(string.Join('\n', printed));
            program.CheckEnd(printed);
            return kills;
        }
    }
}

/// <summary>An example that is killed, and to which the same is typed at each start.</summary>
internal interface IKilledProgram
{
    /// <returns>What it printed, and whether it came to its end.</returns>
    Task<(IReadOnlyList<string> Printed, bool HasEnded)> RunAsync(Random moments, Death death);

    /// <summary>What holds whenever it was killed.</summary>
    void Check(IReadOnlyList<string> printed);

    /// <summary>What holds when it has come to its end.</summary>
    void CheckEnd(IReadOnlyList<string> printed);
}
