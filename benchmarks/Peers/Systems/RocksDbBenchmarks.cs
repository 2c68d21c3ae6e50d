using BenchmarkDotNet.Attributes;
using Cano.Benchmarks.Workloads;
using RocksDbSharp;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A key for each row, with a flush for each write.</summary>
[Peer("RocksDB", typeof(RocksDb))]
public class RocksDbBenchmarks
{
    private readonly JournalDirectory _directory = new();
    private readonly WriteOptions _durable = new WriteOptions().SetSync(true);
    private RocksDb? _rows;
    private long _run;

    [GlobalSetup]
    public void Open() =>
        _rows = RocksDb.Open(new DbOptions().SetCreateIfMissing(true), $"{_directory.Path}/rows");

    [GlobalCleanup]
    public void Close()
    {
        _rows?.Dispose();
        _directory.Dispose();
    }

    /// <summary>A write a row; the last one deletes those before.</summary>
    [Unit("transition")]
    [Benchmark(Description = "journal_disk10", OperationsPerInvoke = StoredRow.OfRun - 1)]
    public void JournalDisk10()
    {
        var run = _run++;
        for (var i = 0; i < StoredRow.OfRun - 1; i++)
            _rows!.Put(StoredRow.Key(run, i), StoredRow.Body, writeOptions: _durable);
        using var last = new WriteBatch();
        last.Put(StoredRow.Key(run, StoredRow.OfRun - 1), StoredRow.Body);
        Delete(last, run, StoredRow.OfRun);
        _rows!.Write(last, _durable);
    }

    // Grouped by hand: one writer puts a row of each of 256 runs into a batch.
    [Unit("row")]
    [Benchmark(Description = "journal_disk_256", OperationsPerInvoke = Groups.Rows)]
    public void JournalDisk256()
    {
        var first = _run;
        _run += Groups.Writers;
        for (var i = 0; i < Groups.RowsOfWriter; i++)
        {
            using var batch = new WriteBatch();
            for (var writer = 0; writer < Groups.Writers; writer++)
                batch.Put(StoredRow.Key(first + writer, i), StoredRow.Body);
            for (var writer = 0; writer < Groups.Writers && i == Groups.RowsOfWriter - 1; writer++)
                Delete(batch, first + writer, Groups.RowsOfWriter);
            _rows!.Write(batch, _durable);
        }
    }

    private static void Delete(WriteBatch batch, long run, int rows)
    {
        for (var i = 0; i < rows; i++)
            batch.Delete(StoredRow.Key(run, i));
    }
}
