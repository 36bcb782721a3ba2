package dev.crease.compiler.cli;

import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How a picture becomes numbers: `(v - mean) * scale` for each channel's value v of 0 to 255.
final class PictureOptions {
  enum ChannelOrder {
    RGB,
    BGR,
    GREY
  }

  enum AxisOrder {
    NCHW,
    NHWC
  }

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "M",
      defaultValue = "0",
      description = {
        "Pictures: subtracted from each value of 0 to 255, one number or one for each channel, in"
            + " the order of --channels. Default: ${DEFAULT-VALUE}."
      })
  double[] mean = {0};

  @Option(
      names = "--scale",
      split = ",",
      paramLabel = "S",
      defaultValue = "0.00392156862745098",
      description = {
        "Pictures: multiplies each value after --mean, one number or one for each channel. Default:"
            + " 1 / 255."
      })
  double[] scale = {1 / 255.0};

  @Option(
      names = "--channels",
      paramLabel = "ORDER",
      defaultValue = "rgb",
      description = "Pictures: order of the channels, rgb, bgr or grey. Default: ${DEFAULT-VALUE}.")
  ChannelOrder channels = ChannelOrder.RGB;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Refuses all of these options where no picture is read.
  ///
  /// @throws UsageException if one is given
  void refuse(String reason) {
    GivenOptions.refuseAllBut(command, PictureOptions.class, Set.of(), reason);
  }

  @Option(
      names = "--layout",
      paramLabel = "AXES",
      defaultValue = "nchw",
      description = "Pictures: order of the axes, nchw or nhwc. Default: ${DEFAULT-VALUE}.")
  AxisOrder layout = AxisOrder.NCHW;
}
