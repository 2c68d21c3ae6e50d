using BenchmarkDotNet.Attributes;
using Cano.Benchmarks.Workloads;
using Microsoft.Data.Sqlite;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A table of rows, with a log written ahead and a flush for each transaction.</summary>
[Peer("SQLite", typeof(SqliteConnection))]
public class SqliteBenchmarks
{
    private readonly JournalDirectory _directory = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _insert;
    private SqliteCommand? _delete;
    private long _run;

    [GlobalSetup]
    public void Open()
    {
        _connection = new SqliteConnection($"Data Source={_directory.Path}/rows.db;Pooling=False");
        _connection.Open();
        Command("PRAGMA journal_mode = WAL").ExecuteNonQuery();
        Command("PRAGMA synchronous = FULL").ExecuteNonQuery();
        Command(
                "CREATE TABLE row (run INTEGER, sequence INTEGER, body BLOB, PRIMARY KEY (run, sequence)) WITHOUT ROWID"
            )
            .ExecuteNonQuery();
        _insert = Command("INSERT INTO row VALUES ($run, $sequence, $body)");
        _insert.Parameters.Add("$run", SqliteType.Integer);
        _insert.Parameters.Add("$sequence", SqliteType.Integer);
        _insert.Parameters.Add("$body", SqliteType.Blob).Value = StoredRow.Body;
        _delete = Command("DELETE FROM row WHERE run = $run");
        _delete.Parameters.Add("$run", SqliteType.Integer);
    }

    [GlobalCleanup]
    public void Close()
    {
        _connection?.Dispose();
        _directory.Dispose();
    }

    /// <summary>A transaction a row; the last one deletes those before.</summary>
    [Unit("transition")]
    [Benchmark(Description = "journal_disk10", OperationsPerInvoke = StoredRow.OfRun - 1)]
    public void JournalDisk10()
    {
        var run = _run++;
        for (var i = 0; i < StoredRow.OfRun - 1; i++)
            Insert(run, i);
        using var transaction = _connection!.BeginTransaction();
        Insert(run, StoredRow.OfRun - 1, transaction);
        Delete(run, transaction);
        transaction.Commit();
    }

    // Grouped by hand: one writer puts a row of each of 256 runs into a transaction. Cano's writers do not
    // know of each other.
    [Unit("row")]
    [Benchmark(Description = "journal_disk_256", OperationsPerInvoke = Groups.Rows)]
    public void JournalDisk256()
    {
        var first = _run;
        _run += Groups.Writers;
        for (var i = 0; i < Groups.RowsOfWriter; i++)
        {
            using var transaction = _connection!.BeginTransaction();
            for (var writer = 0; writer < Groups.Writers; writer++)
                Insert(first + writer, i, transaction);
            for (var writer = 0; writer < Groups.Writers && i == Groups.RowsOfWriter - 1; writer++)
                Delete(first + writer, transaction);
            transaction.Commit();
        }
    }

    private void Insert(long run, int sequence, SqliteTransaction? transaction = null)
    {
        _insert!.Transaction = transaction;
        _insert.Parameters[0].Value = run;
        _insert.Parameters[1].Value = sequence;
        _insert.ExecuteNonQuery();
    }

    private void Delete(long run, SqliteTransaction transaction)
    {
        _delete!.Transaction = transaction;
        _delete.Parameters[0].Value = run;
        _delete.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text)
    {
        var command = _connection!.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
