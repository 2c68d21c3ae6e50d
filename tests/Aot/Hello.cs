using Cano.Faster.Disks;

namespace Cano.Aot;

/// <summary>What a process does that lives for a moment; the quick benchmarks time it.</summary>
internal static class Hello
{
    /// <summary>From the process's start to its first durable end.</summary>
    public static async Task<int> RunAsync(string directory)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var workflow = Workflow.Bare<int>().WithCheckpointStore(store).AddExitState(3);
        for (var state = 0; state < 3; state++)
        {
            var next = state + 1;
            workflow = workflow.Register(state, _ => next, TaskConfig.Minimal);
        }

        return await workflow.OrchestrateAsync(0, $"hello-{Environment.ProcessId}") == 3 ? 0 : 1;
    }

    /// <summary>What a process cannot do without to leave something durable: a row flushed to disk.</summary>
    public static int Flush(string directory)
    {
        var path = Path.Combine(directory, "floor");
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.Write(file, new byte[512], 0);
        DurableFlush.Flush(file, path);
        return 0;
    }

    /// <summary>Opens a journal, and nothing else.</summary>
    public static async Task<int> OpenAsync(string directory)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        return 0;
    }
}
