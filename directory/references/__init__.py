"""References: a customer's confirmation of one system. Who the referee is stays private without their consent."""
