using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>The n-th call to the disk fails, for every n, once and for good, while a journal is created,
/// written, closed and opened, and while one that a crash left is recovered.</summary>
internal static class IoFaultsRow
{
    private const int Deeds = 20;

    private static readonly DiskFaultKind[] Kinds =
    [
        DiskFaultKind.InputOutput,
        DiskFaultKind.NoSpace,
        DiskFaultKind.Denied,
        DiskFaultKind.ShortWrite,
        DiskFaultKind.TornWrite,
        DiskFaultKind.Delay,
    ];

    public static ScoreRow Row { get; } =
        new(
            Number: 7,
            Name: "io-faults",
            Claim: "a failing call to the disk neither hangs nor crashes nor loses what was acknowledged, and is told",
            QuickCount: 2,
            FullCount: 40,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (faults, told) = (0, 0);
        for (var trial = 0; trial < trials.Count; trial++)
            foreach (var kind in Kinds)
            foreach (var isLasting in kind == DiskFaultKind.Delay ? [false] : new[] { false, true })
                for (var (at, isStruck) = (1, true); isStruck; at++)
                {
                    var fault = new DiskFault(kind, at) { IsLasting = isLasting };
                    var experiment = new FaultedJournal(trials.Chance(trial), fault, Deeds);
                    await Trial.RunAsync(trials, trial, fault.ToString(), experiment.RunAsync);
                    isStruck = experiment.IsStruck;
                    faults += isStruck ? 1 : 0;
                    told += experiment.IsTold ? 1 : 0;
                }

        return $"{trials.Count:N0} scripts, {faults:N0} faults, {told:N0} of them told: "
            + "0 hangs, 0 crashes, 0 acknowledged rows lost, 0 swallowed";
    }
}
