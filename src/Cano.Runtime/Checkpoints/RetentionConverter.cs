using System.ComponentModel;
using System.Globalization;

namespace Cano.Runtime.Checkpoints;

/// <summary>Reads a retention from configuration.</summary>
internal sealed class RetentionConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(
        ITypeDescriptorContext? context,
        CultureInfo? culture,
        object value
    ) => value is string text ? Retention.Parse(text) : base.ConvertFrom(context, culture, value);
}
