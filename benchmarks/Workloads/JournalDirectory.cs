namespace Cano.Benchmarks.Workloads;

/// <summary>A directory for a journal, gone when it is disposed.</summary>
internal sealed class JournalDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cano-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
