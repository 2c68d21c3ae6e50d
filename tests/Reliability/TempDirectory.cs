namespace Cano.Reliability;

/// <summary>A directory of its own, gone when it is disposed.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cano-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
