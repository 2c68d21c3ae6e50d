using Cano.Reliability.Children;
using Cano.Reliability.Refusing;

namespace Cano.Reliability.Lives;

/// <summary>The disk is full when a process ends: its exit code is its own, the journals that could not be
/// closed are told, and hold all that was acknowledged.</summary>
internal static class FullExit
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static readonly CallKinds[] s_refused =
    [
        CallKinds.Flush,
        CallKinds.Write,
        CallKinds.Flush | CallKinds.Write,
    ];

    /// <param name="directory">An empty one.</param>
    /// <param name="trial">Its number: the ways to end take turns.</param>
    /// <returns>Why it cannot be tried here; null when it was.</returns>
    public static async Task<string?> TryAsync(string directory, int trial)
    {
        var way = (LeavingWay)(trial % 3);
        var calls = s_refused[trial / 3 % s_refused.Length];
        var isBusy = trial / 9 % 2 == 1;
        using var child = Child.Start(
            new Dictionary<string, string>(),
            ["leave", directory, $"{way}", $"{calls}", $"{isBusy}"],
            keepsErrors: true
        );
        var lines = await child.RestAsync().WaitAsync(s_patience);
        var (code, errors) = await child.EndAsync();
        if (lines is [{ } first, ..] && first.StartsWith(Refuser.Unavailable, StringComparison.Ordinal))
            return first[Refuser.Unavailable.Length..];

        var what =
            $"a process that {way} while {calls} {(isBusy ? "are refused to its runs" : "are refused")}";
        Broken.Unless(lines.Contains(Leaver.Full), $"{what} ended before: {errors}");
        Broken.Unless(code == Leaver.Code, $"{what} ended with {code} instead of {Leaver.Code}: {errors}");
        foreach (var journal in Leaver.Journals(directory))
        {
            var told = lines
                .Where(line => line.StartsWith(Leaver.Refused(journal), StringComparison.Ordinal))
                .Append(errors.Split('\n').FirstOrDefault(line => line.Contains($"'{journal}'")) ?? "");
            Broken.Unless(
                told.Any(text => text.Contains("No space left on device")),
                $"{what} did not tell of '{journal}': {errors}"
            );
            await CheckAsync(journal, lines);
        }

        return null;
    }

    /// <summary>Each state that was entered is in the journal; what was under way goes on, and what had ended
    /// has.</summary>
    private static async Task CheckAsync(string journal, List<string> lines)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(journal);
        var rows = await store.LoadRunAsync(Leaver.UnderWay);
        var entered = rows.Select(row => Leaver.Entered(journal, Leaver.UnderWay, row.State)).ToList();
        var lost = lines
            .Where(line =>
                line.StartsWith(Leaver.Entered(journal, Leaver.UnderWay, ""), StringComparison.Ordinal)
            )
            .Except(entered);
        Broken.Unless(!lost.Any(), $"not in the journal: {lost.FirstOrDefault()}");

        var ended = await store.LoadRunAsync(Leaver.Ended);
        Broken.Unless(
            ended is [] or [.., { Kind: RowKind.Finished }],
            $"the run that had ended is at its row {ended.LastOrDefault()}"
        );
        var again = new List<string>();
        var end = await Leaver
            .Of(
                (_, state) =>
                {
                    again.Add(state);
                    return Task.CompletedTask;
                }
            )
            .WithCheckpointStore(store)
            .ResumeFromAsync(Leaver.UnderWay);
        // A row that was refused may be there all the same.
        var isAtItsEnd = rows is [.., { Kind: RowKind.Finished }];
        Broken.Unless(
            end == "done" && again.FirstOrDefault() == (isAtItsEnd ? null : rows[^1].State),
            $"the run under way, at {rows[^1]}, went on with {string.Join(", ", again)} to '{end}'"
        );
    }
}
