using Cano.Faster.Disks;
using Microsoft.Win32.SafeHandles;

namespace Cano.Benchmarks.Workloads;

/// <summary>A raw file to which the same bytes are appended, each time with a flush to disk.</summary>
internal sealed class FloorFile : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly byte[] _bytes;
    private readonly SafeFileHandle _file;
    private long _end;

    public FloorFile(byte[] bytes, FileOptions options)
    {
        _bytes = bytes;
        _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, options);
    }

    public void Append()
    {
        RandomAccess.Write(_file, _bytes, _end);
        Flush();
    }

    public async ValueTask AppendAsync()
    {
        await RandomAccess.WriteAsync(_file, _bytes, _end);
        Flush();
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    private void Flush()
    {
        DurableFlush.Flush(_file, _path);
        _end += _bytes.Length;
    }
}
