"""Every sentence a member reads: short, true about money, and never blaming."""
