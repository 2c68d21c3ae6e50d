using System.Runtime.InteropServices;
using Cano.Reliability.Refusing;
using LanguageExt;

namespace Cano.Reliability.Children;

/// <summary>How a process ends.</summary>
internal enum LeavingWay
{
    Returns,
    Exits,
    IsTerminated,
}

/// <summary>Runs in two journals, tells each state that is entered, and ends while both disks are
/// full.</summary>
internal static class Leaver
{
    /// <summary>The program's own exit code.</summary>
    public const int Code = 7;

    public const string Ended = "ended";
    public const string UnderWay = "under way";

    /// <summary>Said when the disk is full.</summary>
    public const string Full = "full";

    private const int NoSpace = 28; // ENOSPC

    private const int Terminate = 15; // SIGTERM

    private const int States = 5;

    /// <summary>The one whose body is under way when the process ends.</summary>
    private const int Last = States - 1;

    /// <summary>Its journals.</summary>
    public static string[] Journals(string directory) =>
        [Path.Combine(directory, "first"), Path.Combine(directory, "second")];

    /// <summary>The line that tells of a state.</summary>
    public static string Entered(string journal, string run, string state) =>
        $"entered {journal} {run} {state}";

    /// <summary>Begins the line that tells what a run heard of the full disk.</summary>
    public static string Refused(string journal) => $"refused {journal} ";

    /// <param name="directory">Where its journals are.</param>
    /// <param name="way">How it ends.</param>
    /// <param name="calls">What the full disk refuses.</param>
    /// <param name="isBusy">Its runs go on before it ends.</param>
    /// <param name="output">Where it tells.</param>
    public static async Task<int> RunAsync(
        string directory,
        LeavingWay way,
        CallKinds calls,
        bool isBusy,
        TextWriter output
    )
    {
        output = TextWriter.Synchronized(output);
        if (Refuser.TryStart(out var why) is not { } refuser)
        {
            await output.WriteLineAsync(Refuser.Unavailable + why);
            return 0;
        }

        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ends = new List<Func<Task>>();
        foreach (var journal in Journals(directory))
            ends.Add(await BeginAsync(journal, release.Task, output));

        refuser.Begin(new(NoSpace, At: 1, Times: int.MaxValue, calls));
        await output.WriteLineAsync(Full);
        if (isBusy)
        {
            release.SetResult();
            await Task.WhenAll(ends.Select(end => end()));
        }

        return await LeaveAsync(way);
    }

    /// <summary>Lets one run end in the journal; another one is under way there, in its last state, until it
    /// is released. What this returns tells how that one ends.</summary>
    private static async Task<Func<Task>> BeginAsync(string journal, Task release, TextWriter output)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Of(
                async (run, state) =>
                {
                    await output.WriteLineAsync(Entered(journal, run, state));
                    if (run != UnderWay || state != $"{Last}")
                        return;
                    held.SetResult();
                    await release;
                }
            )
            .WithCheckpoints(journal);
        await workflow.OrchestrateAsync("0", Ended);
        var underWay = workflow.TryOrchestrateAsync("0", UnderWay);
        await held.Task;
        return () => TellAsync(underWay, Refused(journal), output);
    }

    /// <summary>What it runs.</summary>
    /// <param name="enterAsync">Awaited in each state, with the run and the state.</param>
    public static Workflow<string> Of(Func<string, string, Task> enterAsync)
    {
        var workflow = Workflow.Bare<string>();
        for (var state = 0; state < States; state++)
        {
            var (here, next) = ($"{state}", state == Last ? "done" : $"{state + 1}");
            workflow = workflow.Register(
                here,
                async (context, _) =>
                {
                    await enterAsync(context.RunId!, here);
                    return next;
                },
                TaskConfig.Minimal
            );
        }

        return workflow.AddExitState("done");
    }

    private static async Task TellAsync(Task<Either<CanoError, string>> run, string prefix, TextWriter output)
    {
        var end = await run;
        await output.WriteLineAsync($"{prefix}{end}".ReplaceLineEndings(" "));
    }

    private static async Task<int> LeaveAsync(LeavingWay way)
    {
        switch (way)
        {
            case LeavingWay.Returns:
                return Code;
            case LeavingWay.Exits:
                await Task.Run(() => Environment.Exit(Code));
                break;
            case LeavingWay.IsTerminated:
                // As services do: who handles no signal is ended by it on the spot, without an exit.
                using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(Code)))
                {
                    Kill(Environment.ProcessId, Terminate);
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
                }

                break;
            default:
                throw new InvalidOperationException("A new way.");
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
