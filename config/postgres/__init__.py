"""PostgreSQL, told with every statement whose rows it may show: the second wall between institutions."""
