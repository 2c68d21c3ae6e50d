using System.Text;

namespace Cano.Reliability.Children;

/// <summary>Runs or resumes eight runs at once and tells every start, undoing, end, row about to be written
/// and row acknowledged. A line is one write to the pipe, so it outlives the process.</summary>
internal static class Worker
{
    public const int Runs = 8;

    public static string IdOf(string trial, int run) => $"{trial}-{run}";

    public static async Task<int> RunAsync(string directory, string trial, Stream output)
    {
        var gate = new Lock();
        void Say(string line)
        {
            var bytes = Encoding.UTF8.GetBytes(line + "\n");
            lock (gate)
                output.Write(bytes);
        }

        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var told = new ToldStore(store, Say);
        await Task.WhenAll(
            Enumerable
                .Range(0, Runs)
                .Select(run => Task.Run(() => OneAsync(told, IdOf(trial, run), run, Say)))
        );
        Say("done");
        return 0;
    }

    private static async Task OneAsync(ICheckpointStore store, string id, int run, Action<string> say)
    {
        var workflow = KillWorkflows
            .Of(run, (what, context) => say($"{what} {id} {context}"))
            .WithCheckpointStore(store);
        var rows = await store.LoadRunAsync(id);
        var isOver = rows is [.., { Kind: RowKind.Finished or RowKind.RollbackFinished }];
        if (isOver)
            return;
        try
        {
            if (rows.Count > 0)
                await workflow.ResumeFromAsync(id);
            else
                await workflow.OrchestrateAsync(0, id);
        }
        catch (CanoException failure)
        {
            // A saga fails on purpose, and then it has rolled back; anything else breaks the claim.
            if (!KillWorkflows.FailsOnPurpose(run) || failure.Error.Category == "checkpoint_store")
                say($"wrong {id} {failure.Error.Message.ReplaceLineEndings(" ")}");
        }

        say($"end {id} -");
    }
}
