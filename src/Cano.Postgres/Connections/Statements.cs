using Npgsql;
using NpgsqlTypes;

namespace Cano.Postgres.Connections;

/// <summary>Statements with what they take, typed.</summary>
internal static class Statements
{
    public static NpgsqlCommand Asking<T>(this StoreConnection connection, string text, T value)
    {
        var command = connection.Command(text);
        command.Add(value);
        return command;
    }

    public static NpgsqlCommand Asking<T1, T2>(
        this StoreConnection connection,
        string text,
        T1 first,
        T2 second
    )
    {
        var command = connection.Asking(text, first);
        command.Add(second);
        return command;
    }

    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string text)
    {
        var command = new NpgsqlBatchCommand(text);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand Add<T>(this NpgsqlBatch batch, string text, T value) =>
        batch.Add(text).Add(value);

    public static NpgsqlBatchCommand Add<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static void AddOptional(this NpgsqlCommand command, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });

    public static void Add<T>(this NpgsqlCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
