using Microsoft.Data.Sqlite;

namespace Cano.Examples.Etl;

/// <summary>Where the sales go: a SQLite file, in which a sale that comes twice is there once.</summary>
public sealed class Warehouse
{
    private readonly string _connection;

    public Warehouse(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _connection = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();
        using var connection = Open();
        using var create = connection.CreateCommand();
        create.CommandText =
            "create table if not exists sales (number integer primary key, day text, sku text, count integer, cents integer)";
        create.ExecuteNonQuery();
    }

    /// <summary>All of them, or none.</summary>
    public void Store(IEnumerable<Sale> sales)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction();
        foreach (var sale in sales)
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = "insert or replace into sales values ($number, $day, $sku, $count, $cents)";
            insert.Parameters.AddWithValue("$number", sale.Number);
            insert.Parameters.AddWithValue("$day", sale.Day.ToString("O"));
            insert.Parameters.AddWithValue("$sku", sale.Sku);
            insert.Parameters.AddWithValue("$count", sale.Count);
            insert.Parameters.AddWithValue("$cents", sale.Cents);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>What was sold, by what it is.</summary>
    public IReadOnlyList<(string Sku, long Sales, long Count, long Cents)> Totals()
    {
        using var connection = Open();
        using var select = connection.CreateCommand();
        select.CommandText =
            "select sku, count(*), sum(count), sum(cents) from sales group by sku order by sku";
        using var rows = select.ExecuteReader();
        var totals = new List<(string, long, long, long)>();
        while (rows.Read())
            totals.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        return totals;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }
}
